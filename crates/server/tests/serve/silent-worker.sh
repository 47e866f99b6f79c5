#!/bin/sh
# A worker that never reports that it runs, for tests of a server that waits for it. A file of its own, because
# the kernel refuses to run one that a test has just written while another test forks ("text file busy").
exec sleep 60
