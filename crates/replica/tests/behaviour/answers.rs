//! Tests of a server's answers to a client's calls: those of the kind that the method returns reach the
//! application, others reject the call. A failure means that a faulty server could hand the application
//! a wrong value.

use crate::support::{ROUTER, TRANSPORT, WORKER, tree};
use protocol::{Command, Handle, Item, Json, Reply, RequestId, Update};
use replica::Replica;

/// Returns the result of a call of `method` whose answer is `reply`.
fn yielded(replica: &mut Replica, method: &str, reply: Reply) -> Result<Reply, String> {
    replica.add_request(RequestId(7), Command::result_of(method));
    replica.apply(Update::Answer {
        call: RequestId(7),
        result: Ok(reply),
    });
    match replica.next_item() {
        Some(Item::Reply { result, .. }) => result.map_err(|error| error.message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_of_the_expected_kind_is_returned() {
    let mut replica = tree();
    let value = || Reply::Value(Json::from_text("{}"));
    for (method, reply) in [
        ("createWorker", Reply::Created(WORKER)),
        ("createRouter", Reply::Created(ROUTER)),
        ("createWebRtcTransport", Reply::Created(TRANSPORT)),
        ("dump", value()),
        ("getStats", value()),
        ("getResourceUsage", value()),
        ("getBufferedAmount", value()),
        ("send", value()),
        ("restartIce", value()),
        ("pause", Reply::Done),
        ("connect", Reply::Done),
    ] {
        assert_eq!(
            yielded(&mut replica, method, reply.clone()),
            Ok(reply),
            "{method}"
        );
    }
}

#[test]
fn an_answer_of_another_kind_is_an_error() {
    let mut replica = tree();
    let value = || Reply::Value(Json::from_text("null"));
    let pipe = |consumer, producer| Reply::Piped { consumer, producer };
    for (method, reply) in [
        ("createWorker", value()),
        ("createWorker", Reply::Done),
        ("createWorker", Reply::Created(ROUTER)),
        ("produce", Reply::Created(TRANSPORT)),
        ("produce", pipe(WORKER, ROUTER)),
        ("pipeToRouter", pipe(WORKER, ROUTER)),
        ("pipeToRouter", Reply::Done),
        ("dump", Reply::Created(WORKER)),
        ("dump", Reply::Done),
        ("pause", value()),
    ] {
        let error = yielded(&mut replica, method, reply.clone()).unwrap_err();
        assert!(
            error.contains("protocol error"),
            "{method}: {reply:?}: {error}"
        );
    }
    let error = yielded(&mut replica, "createRouter", Reply::Created(Handle(99))).unwrap_err();
    assert!(
        error.contains("closed before its client received it"),
        "{error}"
    );
}
