/* Worker threads: independent items handed out one by one from a counter.
 *
 * Items are rendered in any order by any thread; results do not depend on it because each item
 * writes only to its own place. The calling thread works too, and is the only one that touches the
 * callbacks: it reports and asks for cancellation after each item of its own, and, when none are
 * left, every twentieth of a second until the others have finished theirs. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

#include "base/base.h"

#define VD_POLL_NANOSECONDS 50000000L
#define VD_MAX_THREADS 4096

/* One run of vd_parallel(). */
typedef struct thread_crew {
    const vd_work *work;
    _Atomic int64_t next;
    _Atomic int64_t done;
    atomic_bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t finished;
    int working;      /* threads other than the caller that still run; under the mutex */
    vd_result result; /* of the first failure; under the mutex */
} thread_crew;

typedef struct worker {
    thread_crew *crew;
    int thread;
    pthread_t handle;
} worker;

int vd_thread_count(int requested)
{
    if (requested > 0) return requested < VD_MAX_THREADS ? requested : VD_MAX_THREADS;
#ifdef __linux__
    /* What taskset, a batch system or a container's CPU set leaves to this process. */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count < VD_MAX_THREADS ? (int)count : VD_MAX_THREADS;
}

int vd_thread_room(int requested)
{
    int threads = vd_thread_count(requested);
    size_t stack = 0;
    pthread_attr_t standard;
    if (pthread_attr_init(&standard) != 0) return 1;
    pthread_attr_getstacksize(&standard, &stack);
    pthread_attr_destroy(&standard);
    /* Half of what is left, as other things are taken before the threads start. */
    double room = vd_memory_available() / 2 / (double)(stack > 0 ? stack : (size_t)1 << 23);
    return room < threads ? room < 1.0 ? 1 : (int)room : threads;
}

double vd_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void fail_crew(thread_crew *crew, vd_result result)
{
    pthread_mutex_lock(&crew->mutex);
    if (crew->result == VD_OK) crew->result = result;
    pthread_mutex_unlock(&crew->mutex);
    atomic_store(&crew->stop, true);
}

/* Does the next item. Returns false when none is left or the crew has stopped. */
static bool do_item(thread_crew *crew, int thread)
{
    if (atomic_load(&crew->stop)) return false;
    int64_t item = atomic_fetch_add(&crew->next, 1);
    if (item >= crew->work->items) return false;
    vd_result result = crew->work->run(crew->work->state, thread, item);
    if (result != VD_OK) fail_crew(crew, result);
    atomic_fetch_add(&crew->done, 1);
    return true;
}

static void *work_on(void *argument)
{
    worker *self = argument;
    thread_crew *crew = self->crew;
    while (do_item(crew, self->thread)) {
    }
    pthread_mutex_lock(&crew->mutex);
    crew->working--;
    pthread_cond_signal(&crew->finished);
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* Tells how far all threads are; a cancellation stops them. */
static void report(vd_context *context, thread_crew *crew)
{
    if (atomic_load(&crew->stop)) return;
    double fraction = (double)atomic_load(&crew->done) / (double)crew->work->items;
    vd_result result = vd_progress(context, crew->work->phase, fraction);
    if (result != VD_OK) fail_crew(crew, result);
}

/* Returns when no other thread works any more, reporting all the while. */
static void wait_for_others(vd_context *context, thread_crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    while (crew->working > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += VD_POLL_NANOSECONDS;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        if (pthread_cond_timedwait(&crew->finished, &crew->mutex, &until) == ETIMEDOUT) {
            pthread_mutex_unlock(&crew->mutex);
            report(context, crew);
            pthread_mutex_lock(&crew->mutex);
        }
    }
    pthread_mutex_unlock(&crew->mutex);
}

/* Starts up to count workers, numbered from 1, and returns how many run: fewer do the same work. */
static int start_workers(thread_crew *crew, worker *workers, int count)
{
    for (int i = 0; i < count; i++) {
        workers[i] = (worker){.crew = crew, .thread = i + 1};
        pthread_mutex_lock(&crew->mutex);
        crew->working++;
        pthread_mutex_unlock(&crew->mutex);
        if (pthread_create(&workers[i].handle, NULL, work_on, &workers[i]) != 0) {
            pthread_mutex_lock(&crew->mutex);
            crew->working--;
            pthread_mutex_unlock(&crew->mutex);
            return i;
        }
    }
    return count;
}

vd_result vd_parallel(vd_context *context, const vd_work *work)
{
    if (work->items <= 0) return VD_OK;
    int threads = vd_thread_count(work->threads);
    if (threads > work->items) threads = (int)work->items;

    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)threads, sizeof(worker), "the threads", &memory));
    worker *workers = memory;
    thread_crew crew = {.work = work, .result = VD_OK};
    pthread_mutex_init(&crew.mutex, NULL);
    pthread_cond_init(&crew.finished, NULL);

    report(context, &crew);
    int started = start_workers(&crew, workers, threads - 1);
    while (do_item(&crew, 0)) report(context, &crew);
    wait_for_others(context, &crew);
    for (int i = 0; i < started; i++) pthread_join(workers[i].handle, NULL);
    report(context, &crew);

    pthread_cond_destroy(&crew.finished);
    pthread_mutex_destroy(&crew.mutex);
    free(workers);
    return crew.result;
}
