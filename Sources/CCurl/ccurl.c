#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
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

// libcurl has OpenSSL made ready at once: words for every error, names of every cipher, the system's configuration, two million
// instructions. OpenSSL does the same by itself where the first TLS context is made, which a sync over plain http never comes to, so it is
// only noted here what libcurl wanted. The linker puts this function in the place of OpenSSL's (`--wrap`).
int __real_OPENSSL_init_ssl(uint64_t options, const void *settings);
int __wrap_OPENSSL_init_ssl(uint64_t options, const void *settings);
static _Bool is_initialising = 0;
static uint64_t options_wanted = 0;

int __wrap_OPENSSL_init_ssl(uint64_t options, const void *settings) {
    if (is_initialising) {
        options_wanted |= options;
        return 1;
    }
    return __real_OPENSSL_init_ssl(options | options_wanted, settings);
}

static CURLcode initialised(void) {
    is_initialising = 1;
    CURLcode code = lib.global_init(CURL_GLOBAL_DEFAULT);
    is_initialising = 0;
    return code;
}

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

static CURLcode initialised(void) { return lib.global_init(CURL_GLOBAL_DEFAULT); }

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
    if (failed == NULL && initialised() != CURLE_OK) { failed = "libcurl could not be initialised"; }
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failed;
}

static void begin_beside(void *(*body)(void *)) {
    pthread_t thread;
    // No thread is no harm: the first request then does it.
    if (pthread_create(&thread, NULL, body, NULL) == 0) { pthread_detach(thread); }
}

#ifdef CCURL_LINKED

void ccurl_load_beside(void) {}

static void *begin_tls(void *unused) {
    (void)unused;
    if (ccurl_load() == NULL) { __wrap_OPENSSL_init_ssl(0, NULL); }
    return NULL;
}

void ccurl_begin_tls_beside(void) { begin_beside(begin_tls); }

#else

static void *load_beside(void *unused) {
    (void)unused;
    ccurl_load();
    return NULL;
}

void ccurl_load_beside(void) { begin_beside(load_beside); }
void ccurl_begin_tls_beside(void) {}

#endif

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
