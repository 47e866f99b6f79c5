/* Upstream's linux.c with a turn of the loop that has an end and a beginning: what waits is sent before
 * the loop waits for descriptors, and the number of ready ones is known before the first is handled. */

#include <sys/epoll.h>

#include "batch.h"

const struct uv_batch_hooks* uv_batch_hooks;

void uv_batch_install(const struct uv_batch_hooks* hooks) {
  uv_batch_hooks = hooks;
}

static int uv__batch_epoll_pwait(int epollfd,
                                 struct epoll_event* events,
                                 int count,
                                 int timeout,
                                 const sigset_t* sigmask) {
  int ready;

  if (uv_batch_hooks != NULL)
    uv_batch_hooks->flush();

  ready = epoll_pwait(epollfd, events, count, timeout, sigmask);

  if (uv_batch_hooks != NULL)
    uv_batch_hooks->begin_turn(ready);

  return ready;
}

#define epoll_pwait uv__batch_epoll_pwait
#include "unix/linux.c"
