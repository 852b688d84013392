// libcurl, found at run time. The header gives names and numbers; nothing is linked, so that a program which never goes to the
// network neither needs the library nor pays for loading it (20 ms of start-up with everything that libcurl brings along).
// Or, with CCURL_LINKED, its archive is part of the program without what that would bring along (decision 0049).
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stddef.h>

// Gets the bytes of an answer; returns how many it took. Fewer than `count` ends the transfer.
typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);
// Told now and then how far a transfer is; anything but 0 ends it.
typedef int (*ccurl_progress)(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);

// Loads libcurl once per process. NULL = loaded; else what the loader said. Safe from several threads.
const char *ccurl_load(void);
// Begins to load it on a thread of its own; who needs it sooner waits in ccurl_load(). With its archive there is nothing to load.
void ccurl_load_beside(void);
// With its archive: begins to make OpenSSL ready on a thread of its own, which the shared library does while it is loaded. A connection
// that needs it sooner waits.
void ccurl_begin_tls_beside(void);

// A name and a password, and no other way to show who one is: for an option that takes a set of ways.
static const long ccurl_auth_basic = CURLAUTH_BASIC;

// Everything below needs a ccurl_load() that returned NULL.
CURL *ccurl_new(void);
void ccurl_free(CURL *handle);
// Forgets all options and keeps the connections.
void ccurl_reset(CURL *handle);
// curl_easy_setopt is variadic, which Swift cannot call: one function per type of value.
CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode ccurl_set_receiver(CURL *handle, CURLoption option, ccurl_receiver receiver);
CURLcode ccurl_set_progress(CURL *handle, ccurl_progress progress);
// libcurl keeps a copy of the bytes.
CURLcode ccurl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count);
CURLcode ccurl_perform(CURL *handle);
CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value);
CURLcode ccurl_get_string(CURL *handle, CURLINFO info, const char **value);
const char *ccurl_message(CURLcode code);
struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text);
void ccurl_list_free(struct curl_slist *list);

#endif
