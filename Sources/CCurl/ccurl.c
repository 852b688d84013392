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

// Its archive is part of the program. In brackets, because some of the names are macros too.
static int opened(void) { return 1; }
#define FIND(name) lib.name = (curl_##name)

#else

static char failure[256];
static void *library = NULL;

static int opened(void) {
    // The second name is Debian's build with GnuTLS; either one does.
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    for (size_t index = 0; library == NULL && index < sizeof names / sizeof *names; index++) {
        // Lazily: of the twelve thousand functions that its forty libraries name to one another, a sync calls a few hundred.
        library = dlopen(names[index], RTLD_LAZY | RTLD_LOCAL);
    }
    if (library != NULL) { return 1; }
    const char *reason = dlerror();
    snprintf(failure, sizeof failure, "%s", reason != NULL ? reason : "libcurl.so.4 was not found");
    failed = failure;
    return 0;
}

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL && failed == NULL) {
        snprintf(failure, sizeof failure, "%s is missing from libcurl", name);
        failed = failure;
    }
    return found;
}
// dlsym gives a void pointer; POSIX guarantees that it can be used as a function pointer.
#define FIND(name) *(void **)&lib.name = symbol("curl_" #name)

#endif

static void load(void) {
    if (!opened()) { return; }
    FIND(global_init);
    FIND(easy_init);
    FIND(easy_cleanup);
    FIND(easy_reset);
    FIND(easy_setopt);
    FIND(easy_perform);
    FIND(easy_getinfo);
    FIND(easy_strerror);
    FIND(slist_append);
    FIND(slist_free_all);
    if (failed == NULL && lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) { failed = "libcurl could not be initialised"; }
}

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
