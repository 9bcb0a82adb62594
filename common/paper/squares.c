/* squares.c - see squares.h. */
#include "common/paper/squares.h"
#include <assert.h>
#include <cairo.h>

#define MARGIN     4
#define SIDE_MAX   256
#define PIXELS_MAX 64

static cairo_status_t take(void *arg, const unsigned char *data, unsigned len)
{
	dd_buf_add(arg, data, len);
	return CAIRO_STATUS_SUCCESS;
}

static void draw(cairo_t *cairo, const uint8_t *dark, int side, int pixels)
{
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			if (dark[y * side + x])
				cairo_rectangle(cairo, (x + MARGIN) * pixels, (y + MARGIN) * pixels,
						pixels, pixels);
		}
	}
	cairo_fill(cairo);
}

int dd_squares_png(const uint8_t *dark, int side, int pixels, struct dd_buf *out,
		   struct dd_error *err)
{
	int width = (side + 2 * MARGIN) * pixels;
	cairo_surface_t *surface;
	cairo_status_t status;
	cairo_t *cairo;

	assert(side > 0 && side <= SIDE_MAX && pixels > 0 && pixels <= PIXELS_MAX);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, width);
	cairo = cairo_create(surface);
	cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
	draw(cairo, dark, side, pixels);
	status = cairo_status(cairo);
	cairo_destroy(cairo);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, take, out);
	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS
		       ? 0
		       : dd_fail(err, DD_ERR_IO, "PNG: %s", cairo_status_to_string(status));
}
