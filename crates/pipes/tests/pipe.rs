//! Tests of `pipeToRouter()` over a fake object tree, which answers, fails or closes objects at the call
//! that the test chooses. They check the commands sent and the objects left; a failure means that an
//! application would get a half-made pipe, a leak, or an error that mediasoup doesn't have.

use pipes::{ObjectTree, Pipes};
use protocol::{Command, Error, Handle, Json, Kind, PipeToRouter, Reply};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const NEAR: Handle = Handle(1);
const FAR: Handle = Handle(2);
const ORIGIN: Handle = Handle(3);

/// Answers each command when it is polled the second time.
#[derive(Default)]
struct Fake {
    members: RefCell<BTreeMap<(Handle, &'static str), Value>>,
    open: RefCell<Vec<Handle>>,
    called: RefCell<Vec<(Handle, &'static str)>>,
    linked: RefCell<Vec<(Handle, Handle)>>,
    logged: RefCell<Vec<String>>,
    /// Results to give instead, by calls counted from 0.
    instead: RefCell<BTreeMap<usize, Result<Reply, Error>>>,
    /// The call during which the origin closes.
    origin_closes_at: Cell<Option<usize>>,
}

impl Fake {
    fn new() -> Self {
        let fake = Self::default();
        fake.open.borrow_mut().extend([NEAR, FAR, ORIGIN]);
        fake.set(ORIGIN, "paused", json!(false));
        fake
    }

    fn set(&self, handle: Handle, member: &'static str, value: Value) {
        self.members.borrow_mut().insert((handle, member), value);
    }

    fn fail(&self, call: usize) {
        let refused = Err(Error::plain(format!("call {call}")));
        self.instead.borrow_mut().insert(call, refused);
    }

    fn made(&self) -> Vec<Handle> {
        let open = self.open.borrow();
        open.iter().filter(|handle| handle.0 > 3).copied().collect()
    }

    fn names(&self) -> Vec<&'static str> {
        self.called.borrow().iter().map(|(_, name)| *name).collect()
    }

    fn pipe(&self, pipes: &Pipes, options: Value) -> Result<Reply, Error> {
        self.pipe_from(NEAR, pipes, options)
    }

    /// Runs to the end; everything is answered by the second poll.
    fn pipe_from(&self, source: Handle, pipes: &Pipes, options: Value) -> Result<Reply, Error> {
        self.called.borrow_mut().clear();
        let options: PipeToRouter = serde_json::from_value(options).expect("options");
        let mut future = pin!(pipes.pipe_to_router(self, source, options));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..50 {
            if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
                return result;
            }
        }
        panic!("it never ends");
    }
}

fn name(command: &Command) -> &'static str {
    match command {
        Command::CreatePipeTransport(_) => "create",
        Command::Connect(_) => "connect",
        Command::Consume(_) => "consume",
        Command::ConsumeData(_) => "consumeData",
        Command::Produce(_) => "produce",
        Command::ProduceData(_) => "produceData",
        Command::Pause => "pause",
        Command::Resume => "resume",
        other => panic!("no command of a pipe: {other:?}"),
    }
}

impl ObjectTree for Fake {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        let number = self.called.borrow().len();
        self.called.borrow_mut().push((target, name(&command)));
        let mut polled = false;
        poll_fn(|_| {
            if std::mem::replace(&mut polled, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        if self.origin_closes_at.get() == Some(number) {
            self.close(ORIGIN);
        }
        if let Some(instead) = self.instead.borrow_mut().remove(&number) {
            return instead;
        }
        let reply = match command {
            Command::Pause | Command::Resume => {
                self.set(target, "paused", json!(matches!(command, Command::Pause)));
                Reply::Done
            }
            Command::Connect(_) => Reply::Done,
            command => {
                let handle = Handle(u32::try_from(10 + number).unwrap_or_default());
                self.open.borrow_mut().push(handle);
                if let Command::Produce(produce) = command {
                    let paused = produce.paused.unwrap_or_default();
                    self.set(handle, "paused", paused);
                }
                self.set(handle, "producerPaused", json!(false));
                Reply::Created(handle)
            }
        };
        Ok(reply)
    }

    fn close(&self, handle: Handle) {
        self.open.borrow_mut().retain(|open| *open != handle);
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.open.borrow().contains(&handle)
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        let members = self.members.borrow();
        let mut all = members.iter();
        let (_, value) = all.find(|((of, name), _)| *of == handle && *name == member)?;
        Some(Json::of(value))
    }

    fn log_failure(&self, line: &str, error: &Error) {
        let failure = format!("{line} {}", error.message);
        self.logged.borrow_mut().push(failure);
    }

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        let known = self.is_open(router)
            && matches!(
                (kind, id),
                (Kind::Producer, "p") | (Kind::DataProducer, "d")
            );
        known.then_some(ORIGIN)
    }

    fn link(&self, one: Handle, other: Handle) {
        self.linked.borrow_mut().push((one, other));
    }
}

fn media() -> Value {
    json!({ "producerId": "p", "router": FAR })
}

fn data() -> Value {
    json!({ "dataProducerId": "d", "router": FAR })
}

#[test]
fn takes_a_pair_of_transports_and_one_of_ends() {
    for (options, consume, produce) in [
        (media(), "consume", "produce"),
        (data(), "consumeData", "produceData"),
    ] {
        let fake = Fake::new();
        let piped = fake.pipe(&Pipes::default(), options);
        let (consumer, producer) = (Handle(14), Handle(15));
        assert_eq!(piped, Ok(Reply::Piped { consumer, producer }));
        assert_eq!(
            *fake.called.borrow(),
            [
                (NEAR, "create"),
                (FAR, "create"),
                (Handle(10), "connect"),
                (Handle(11), "connect"),
                (Handle(10), consume),
                (Handle(11), produce),
            ]
        );
        let ends = [(Handle(10), Handle(11)), (consumer, producer)];
        assert_eq!(*fake.linked.borrow(), ends);
    }
}

#[test]
fn fails_with_the_first_error_and_closes_what_it_made() {
    for (options, ends) in [
        (media(), "Consumer/Producer"),
        (data(), "DataConsumer/DataProducer"),
    ] {
        // By the call that fails: how many of the objects stay, which is the pair once it is joined.
        for (call, stay) in [(0, 0), (1, 0), (2, 0), (3, 0), (4, 2), (5, 2)] {
            let fake = Fake::new();
            let pipes = Pipes::default();
            fake.fail(call);
            let error = Error::plain(format!("call {call}"));
            assert_eq!(fake.pipe(&pipes, options.clone()), Err(error.clone()));
            assert_eq!(fake.made().len(), stay, "call {call}");
            let failed_in = if stay == 0 {
                "PipeTransport pair".to_owned()
            } else {
                format!("pipe {ends} pair")
            };
            assert_eq!(
                *fake.logged.borrow(),
                [format!(
                    "pipeToRouter() | error creating {failed_in}: call {call}"
                )]
            );
            let again = fake.pipe(&pipes, options.clone());
            if stay == 0 {
                assert_eq!(again, Err(error), "the Router remembers it");
                assert!(fake.names().is_empty());
                let mut back = options.clone();
                back["router"] = json!(NEAR);
                assert!(
                    fake.pipe_from(FAR, &pipes, back).is_ok(),
                    "but not the other one"
                );
            } else {
                assert!(again.is_ok());
            }
        }
    }
}

#[test]
fn wants_something_to_be_created() {
    for call in [0, 1, 4, 5] {
        let fake = Fake::new();
        fake.instead.borrow_mut().insert(call, Ok(Reply::Done));
        let error = fake.pipe(&Pipes::default(), media()).unwrap_err();
        assert_eq!(error.message, "nothing was created: Done");
    }
}

#[test]
fn ends_with_its_origin() {
    for (options, message) in [
        (media(), "original Producer closed"),
        (data(), "original DataProducer closed"),
    ] {
        let fake = Fake::new();
        fake.origin_closes_at.set(Some(5));
        let result = fake.pipe(&Pipes::default(), options);
        assert_eq!(result, Err(Error::not_found(message)));
        assert_eq!(fake.made(), [Handle(10), Handle(11)], "the pair stays");
    }
}

#[test]
fn pauses_or_resumes_what_differs_from_its_origin() {
    for (at_origin, at_consumer, expected) in [
        (true, false, Some("pause")),
        (false, true, Some("resume")),
        (true, true, None),
        (false, false, None),
    ] {
        for fails in [false, true] {
            let fake = Fake::new();
            fake.set(ORIGIN, "paused", json!(at_origin));
            // The consumer shows what was so when it was made.
            fake.set(Handle(15), "paused", json!(at_consumer));
            fake.instead
                .borrow_mut()
                .insert(5, Ok(Reply::Created(Handle(15))));
            fake.open.borrow_mut().push(Handle(15));
            if fails {
                fake.fail(6);
            }
            let result = fake.pipe(&Pipes::default(), media());
            assert_eq!(fake.names().get(6).copied(), expected);
            let failed = fails && expected.is_some();
            assert_eq!(result.is_err(), failed);
            assert_eq!(fake.is_open(Handle(15)), !failed);
        }
    }
}

#[test]
fn keeps_the_pair_as_long_as_both_are_open() {
    let fake = Fake::new();
    let pipes = Pipes::default();
    fake.pipe(&pipes, media()).unwrap();
    fake.pipe(&pipes, data()).unwrap();
    assert_eq!(fake.names(), ["consumeData", "produceData"]);
    fake.close(Handle(11));
    fake.pipe(&pipes, media()).unwrap();
    assert_eq!(fake.names().len(), 6, "{:?}", fake.names());
}

#[test]
fn forgets_the_pairs_of_routers_that_are_gone() {
    let fake = Fake::new();
    let pipes = Pipes::default();
    fake.pipe(&pipes, media()).unwrap();
    fake.close(FAR);
    let mut options = media();
    options["router"] = json!(4);
    fake.open.borrow_mut().push(Handle(4));
    fake.pipe(&pipes, options).unwrap();
    // A handle may be given again: what it meant before mustn't be taken for it.
    assert!(!format!("{pipes:?}").contains("Handle(2)"), "{pipes:?}");
}
