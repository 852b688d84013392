// The folder's files are the content; see README.md.
