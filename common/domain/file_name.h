/* file_name.h - names of files that people send: what may stand there, since others write the file
 * under that name. */
#ifndef DD_DOMAIN_FILE_NAME_H
#define DD_DOMAIN_FILE_NAME_H

#define DD_FILE_NAME_MAX 255u /* bytes */

enum dd_file_name {
	DD_FILE_NAME_GOOD,
	DD_FILE_NAME_EMPTY,  /* nothing but white space */
	DD_FILE_NAME_LONG,   /* more than DD_FILE_NAME_MAX */
	DD_FILE_NAME_HIDDEN, /* begins with a dot: programs obey such files, or it is the folder */
	DD_FILE_NAME_SIGN,   /* a folder's sign, or what a terminal obeys */
	DD_FILE_NAME_TEXT    /* not UTF-8 */
};

enum dd_file_name dd_file_name(const char *name);

#endif
