#include "web/certificates.h"

#include "sys/file.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdlib.h>

enum { CHAIN_MAX = 16, PEM_BYTES_MAX = 256 << 10 };

// TLS 1.2 and 1.3, with forward secrecy and authenticated encryption alone.
#define PRIORITIES                                                                                           \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:"     \
    "+CHACHA20-POLY1305:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

typedef struct Pair {
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
    struct Pair *older; // handshakes may still read it; they go when all goes
} Pair;

struct Certificates {
    Arena arena;
    const char *chain_path, *key_path;
    Pair *newest;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Certificates *current;

static int retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
                    unsigned *count, gnutls_privkey_t *key)
{
    (void)session;
    (void)authorities;
    (void)authority_count;
    (void)algorithms;
    (void)algorithm_count;
    pthread_mutex_lock(&lock);
    Pair *pair = current ? current->newest : NULL;
    pthread_mutex_unlock(&lock);
    if (pair == NULL)
        return -1;
    *chain = pair->chain;
    *count = pair->count;
    *key = pair->key;
    return 0;
}

static void pair_close(Pair *pair)
{
    for (unsigned i = 0; i < pair->count; i++)
        gnutls_pcert_deinit(&pair->chain[i]);
    gnutls_privkey_deinit(pair->key);
    free(pair);
}

static bool read_pair(Str chain, Str key, Pair *pair)
{
    gnutls_datum_t chain_text = { (unsigned char *)(uintptr_t)chain.data, (unsigned)chain.length };
    gnutls_datum_t key_text = { (unsigned char *)(uintptr_t)key.data, (unsigned)key.length };
    unsigned count = CHAIN_MAX;
    if (gnutls_privkey_init(&pair->key) < 0)
        abort();
    if (gnutls_pcert_list_import_x509_raw(pair->chain, &count, &chain_text, GNUTLS_X509_FMT_PEM, 0) < 0)
        return false;
    pair->count = count;
    return count > 0 &&
           gnutls_privkey_import_x509_raw(pair->key, &key_text, GNUTLS_X509_FMT_PEM, NULL, 0) >= 0;
}

static bool belong_together(Pair *pair)
{
    unsigned char a[64], b[64];
    size_t a_size = sizeof a, b_size = sizeof b;
    gnutls_pubkey_t of_key;
    if (gnutls_pubkey_init(&of_key) < 0)
        abort();
    bool same = gnutls_pubkey_import_privkey(of_key, pair->key, 0, 0) >= 0 &&
                gnutls_pubkey_get_key_id(of_key, GNUTLS_KEYID_USE_SHA256, a, &a_size) >= 0 &&
                gnutls_pubkey_get_key_id(pair->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, b, &b_size) >= 0 &&
                str_equal((Str){ (char *)a, a_size }, (Str){ (char *)b, b_size });
    gnutls_pubkey_deinit(of_key);
    return same;
}

bool certificates_reload(Certificates *certificates, Fault *fault)
{
    Arena arena = { 0 };
    Str chain, key;
    Pair *pair = calloc(1, sizeof *pair);
    if (pair == NULL)
        abort();
    bool read = file_read(&arena, certificates->chain_path, PEM_BYTES_MAX, &chain, fault) &&
                file_read(&arena, certificates->key_path, PEM_BYTES_MAX, &key, fault);
    bool fits = read && read_pair(chain, key, pair) && belong_together(pair);
    if (read && !fits)
        fault_set(fault, FAULT_INPUT,
                  "tls_cert and tls_key must be a certificate chain and its key, in PEM.");
    arena_close(&arena);
    if (!fits) {
        if (pair->key)
            pair_close(pair);
        else
            free(pair);
        return false;
    }
    pthread_mutex_lock(&lock);
    pair->older = certificates->newest;
    certificates->newest = pair;
    pthread_mutex_unlock(&lock);
    return true;
}

bool certificates_open(const char *chain_path, const char *key_path, Certificates **out, Fault *fault)
{
    Certificates *certificates = calloc(1, sizeof *certificates);
    if (certificates == NULL)
        abort();
    certificates->chain_path = arena_copy(&certificates->arena, str_of(chain_path)).data;
    certificates->key_path = arena_copy(&certificates->arena, str_of(key_path)).data;
    if (!certificates_reload(certificates, fault)) {
        certificates_close(certificates);
        return false;
    }
    pthread_mutex_lock(&lock);
    current = certificates;
    pthread_mutex_unlock(&lock);
    *out = certificates;
    return true;
}

void certificates_close(Certificates *certificates)
{
    if (certificates == NULL)
        return;
    pthread_mutex_lock(&lock);
    current = current == certificates ? NULL : current;
    pthread_mutex_unlock(&lock);
    while (certificates->newest) {
        Pair *older = certificates->newest->older;
        pair_close(certificates->newest);
        certificates->newest = older;
    }
    arena_close(&certificates->arena);
    free(certificates);
}

void certificates_options(struct MHD_OptionItem out[3])
{
    static char priorities[] = PRIORITIES;
    out[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(intptr_t)retrieve };
    out[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities };
    out[2] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
}
