#!/usr/bin/env python3
"""A worker whose messages arrive in reads of a given size, instead of as chance has it.

Started in the place of the worker that READS_WORKER names. It becomes that worker, so that
process and pid are the real ones, and leaves behind a process that hands on what it says on its
channel: with READS=single a message at a time, with READS=merged all that comes within a moment
at once.
"""
import os
import select
import signal
import socket
import sys
import time

# As mediasoup has it: requests come on one, answers and notifications leave on the other.
REQUESTS, ANSWERS = 3, 4
LENGTH_BYTES = 4
READ_BYTES = 1 << 20
# So long that a reader who is busy has read what came before.
PAUSE_S = 0.003


def main():
    requests, worker_requests = socket.socketpair()
    answers, worker_answers = socket.socketpair()
    if os.fork() == 0:
        if os.fork() == 0:
            worker_requests.close()
            worker_answers.close()
            hand_on(requests, answers)
        os._exit(0)
    # Not the worker's child: it would wait for it.
    os.wait()
    for end, number in (worker_requests, REQUESTS), (worker_answers, ANSWERS):
        os.dup2(end.fileno(), number)
    worker = os.environ["READS_WORKER"]
    os.execv(worker, [worker, *sys.argv[1:]])


def hand_on(requests, answers):
    # An application waits for the end of its worker's standard streams.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, signal.SIG_IGN)
    asking, telling = socket.socket(fileno=REQUESTS), socket.socket(fileno=ANSWERS)
    waiting, due, sources = b"", None, [asking, answers]
    try:
        while answers in sources or waiting:
            wait = None if due is None else max(0, due - time.monotonic())
            ready = select.select(sources, [], [], wait)[0]
            if asking in ready:
                data = asking.recv(READ_BYTES)
                requests.sendall(data)
                if not data:
                    sources.remove(asking)
                    requests.shutdown(socket.SHUT_WR)
            if answers in ready:
                data = answers.recv(READ_BYTES)
                waiting += data
                if not data:
                    sources.remove(answers)
                elif due is None:
                    due = time.monotonic() + PAUSE_S
            if due is not None and time.monotonic() >= due:
                read = first_read(waiting)
                telling.sendall(read)
                waiting = waiting[len(read):]
                due = time.monotonic() + PAUSE_S if waiting else None
    except OSError:
        pass  # One of the two has ended.


def first_read(waiting):
    if os.environ["READS"] == "merged":
        return waiting
    return waiting[: LENGTH_BYTES + int.from_bytes(waiting[:LENGTH_BYTES], sys.byteorder)]


main()
