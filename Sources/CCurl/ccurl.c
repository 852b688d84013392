#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct {
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
} lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failed = NULL;

#ifdef CCURL_LINKED

// Its archive is part of the program.
static void load(void) {
    lib.global_init = (curl_global_init);
    lib.easy_init = (curl_easy_init);
    lib.easy_cleanup = (curl_easy_cleanup);
    lib.easy_reset = (curl_easy_reset);
    lib.easy_setopt = (curl_easy_setopt);
    lib.easy_perform = (curl_easy_perform);
    lib.easy_getinfo = (curl_easy_getinfo);
    lib.easy_strerror = (curl_easy_strerror);
    lib.slist_append = (curl_slist_append);
    lib.slist_free_all = (curl_slist_free_all);
    if (lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) { failed = "libcurl could not be initialised"; }
}

#else

static char failure[256];

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL && failed == NULL) {
        snprintf(failure, sizeof failure, "%s is missing from libcurl", name);
        failed = failure;
    }
    return found;
}

static void load(void) {
    // The second name is Debian's build with GnuTLS; either one does.
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    void *library = NULL;
    for (size_t index = 0; library == NULL && index < sizeof names / sizeof *names; index++) {
        // Lazily: of the twelve thousand functions that its forty libraries name to one another, a sync calls a few hundred.
        library = dlopen(names[index], RTLD_LAZY | RTLD_LOCAL);
    }
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure, "%s", reason != NULL ? reason : "libcurl.so.4 was not found");
        failed = failure;
        return;
    }
    // dlsym gives a void pointer; POSIX guarantees that it can be used as a function pointer.
    *(void **)&lib.global_init = symbol(library, "curl_global_init");
    *(void **)&lib.easy_init = symbol(library, "curl_easy_init");
    *(void **)&lib.easy_cleanup = symbol(library, "curl_easy_cleanup");
    *(void **)&lib.easy_reset = symbol(library, "curl_easy_reset");
    *(void **)&lib.easy_setopt = symbol(library, "curl_easy_setopt");
    *(void **)&lib.easy_perform = symbol(library, "curl_easy_perform");
    *(void **)&lib.easy_getinfo = symbol(library, "curl_easy_getinfo");
    *(void **)&lib.easy_strerror = symbol(library, "curl_easy_strerror");
    *(void **)&lib.slist_append = symbol(library, "curl_slist_append");
    *(void **)&lib.slist_free_all = symbol(library, "curl_slist_free_all");
    if (failed == NULL && lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        failed = "libcurl could not be initialised";
    }
}

#endif

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failed;
}

static void *load_beside(void *unused) {
    (void)unused;
    ccurl_load();
    return NULL;
}

void ccurl_load_beside(void) {
    pthread_t thread;
    // No thread is no harm: the first request then loads it.
    if (pthread_create(&thread, NULL, load_beside, NULL) == 0) { pthread_detach(thread); }
}

CURL *ccurl_new(void) { return lib.easy_init(); }
void ccurl_free(CURL *handle) { lib.easy_cleanup(handle); }
void ccurl_reset(CURL *handle) { lib.easy_reset(handle); }

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) { return lib.easy_setopt(handle, option, value); }
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) { return lib.easy_setopt(handle, option, value); }
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) { return lib.easy_setopt(handle, option, value); }
CURLcode ccurl_set_receiver(CURL *handle, CURLoption option, ccurl_receiver receiver) {
    return lib.easy_setopt(handle, option, receiver);
}

CURLcode ccurl_set_progress(CURL *handle, ccurl_progress progress) {
    return lib.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
}
CURLcode ccurl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return lib.easy_setopt(handle, option, &blob);
}

CURLcode ccurl_perform(CURL *handle) { return lib.easy_perform(handle); }

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) { return lib.easy_getinfo(handle, info, value); }
CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) { return lib.easy_getinfo(handle, info, value); }
CURLcode ccurl_get_string(CURL *handle, CURLINFO info, const char **value) { return lib.easy_getinfo(handle, info, value); }

const char *ccurl_message(CURLcode code) { return lib.easy_strerror(code); }
struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) { return lib.slist_append(list, text); }
void ccurl_list_free(struct curl_slist *list) { lib.slist_free_all(list); }
