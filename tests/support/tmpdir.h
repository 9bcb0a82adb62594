/* tmpdir.h - a fresh folder for a test, and its removal. */
#ifndef TESTS_SUPPORT_TMPDIR_H
#define TESTS_SUPPORT_TMPDIR_H

/* A new empty folder, mode 0700, under $TMPDIR or /tmp. Owned: test_tmpdir_end() removes and frees
 * it. Ends the program if there is none to be had. */
char *test_tmpdir(void);

/* Remove the folder with all in it, links not followed. NULL is fine. */
void test_tmpdir_end(char *dir);

/* The whole file as text with a NUL behind; caller frees; NULL if it cannot be read. The length
 * goes to *len_out unless that is NULL. */
char *test_read_file(const char *path, unsigned long *len_out);

/* The file has exactly this content afterwards. Ends the program if it cannot be written. */
void test_write_file(const char *path, const void *data, unsigned long len);

#endif
