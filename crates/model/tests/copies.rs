//! Tests of copies of a Model (the tree of objects), as a server's clients keep them: complete objects
//! travel from the original to the copy, and the journal has the changes that no event announces. A
//! failure means that a client would read other values than the server holds.

use model::{Change, Document, Fields, Model, SctpStreams, State};
use protocol::{Emission, Event, Handle, Json, Kind, Object, Payload};
use serde_json::json;
use std::sync::Arc;

fn router(model: &mut Model, parent: Handle) -> Handle {
    let rtp_capabilities = Arc::new(Document::from(json!({ "codecs": [] })));
    let state = State::Router { rtp_capabilities };
    model.insert(
        Kind::Router,
        "router".into(),
        parent,
        Fields::default(),
        state,
    )
}

fn plain_transport(model: &mut Model, parent: Handle) -> Handle {
    let fields = Fields::default().with("tuple", Some("{}"));
    let state = State::Transport {
        web_rtc_server: None,
        rtx: false,
        cname: None,
        next_mid: 0,
        sctp_streams: SctpStreams::default(),
    };
    model.insert(
        Kind::PlainTransport,
        "transport".into(),
        parent,
        fields,
        state,
    )
}

fn consumer(model: &mut Model, parent: Handle) -> Handle {
    let state = State::Consumer {
        paused: false,
        producer_paused: false,
    };
    model.insert(
        Kind::Consumer,
        "consumer".into(),
        parent,
        Fields::default(),
        state,
    )
}

#[test]
fn an_object_travels_whole() {
    let mut model = Model::default();
    let worker = model.insert_worker();
    model.set(worker, "pid", Some("4194305"));
    let router = router(&mut model, worker);
    let transport = plain_transport(&mut model, router);
    let consumer = consumer(&mut model, transport);

    let mut copy = Model::default();
    for (handle, _) in model.objects() {
        let object = model.object(handle).expect("it is open");
        assert_eq!(object.handle, handle);
        assert!(copy.insert_object(object));
    }
    assert_eq!(copy.read(worker, "pid"), Some("4194305"));
    assert_eq!(
        copy.read(router, "rtpCapabilities"),
        Some(r#"{"codecs":[]}"#)
    );
    assert_eq!(copy.read(transport, "tuple"), Some("{}"));
    assert_eq!(copy.read(consumer, "producerPaused"), Some("false"));
    assert_eq!(copy.find(worker, "consumer"), Some(consumer));
    assert_eq!(copy.router_of(transport), Some(router));
    assert_eq!(model.object(Handle(99)), None);
}

#[test]
fn what_a_copy_does_not_understand_is_undefined() {
    let mut copy = Model::default();
    let inline = |text: &str| Json::from_text(text);
    let members = [
        ("aura".to_owned(), inline("\"purple\"")),
        // Of a producer.
        ("paused".to_owned(), inline("true")),
        ("pid".to_owned(), inline("7")),
    ];
    assert!(copy.insert_object(Object {
        handle: Handle(5),
        kind: Kind::Worker,
        id: "".into(),
        parent: Handle(9),
        members: members.into(),
        app_data: None,
        web_rtc_server: None,
        peer: None,
    }));
    let worker = copy
        .open(Handle(5))
        .expect("Workers have no parent to be closed by");
    assert_eq!((worker.parent, worker.worker), (Handle(5), Handle(5)));
    assert_eq!(worker.members().collect::<Vec<_>>(), [("pid", "7")]);
    assert_eq!(copy.server_of(Handle(5)), None, "no transport");
}

#[test]
fn the_journal_has_what_no_event_tells() {
    let mut model = Model::default();
    let worker = model.insert_worker();
    model.set(worker, "pid", Some("1"));
    assert!(model.take_changes().is_empty(), "nobody asked for one yet");
    model.keep_journal();

    let router = router(&mut model, worker);
    let transport = plain_transport(&mut model, router);
    let consumer = consumer(&mut model, transport);
    assert!(
        model.take_changes().is_empty(),
        "objects are described as they are"
    );

    let set = |handle, member, text: Option<&'static str>| Change::Set {
        handle,
        member,
        text: text.map(Into::into),
    };
    model.set(transport, "tuple", Some("{}"));
    assert!(model.take_changes().is_empty(), "it was so before");
    model.set(transport, "tuple", None::<&str>);
    model.set(Handle(99), "tuple", Some("{}"));
    model.paused(consumer, true, None);
    model.paused(consumer, true, None);
    model.link(router, transport);
    assert_eq!(
        model.take_changes(),
        [
            set(transport, "tuple", None),
            set(consumer, "paused", Some("true")),
            Change::Linked(router, transport),
        ]
    );

    // What emissions tell.
    let score = Payload::Json(Json::from_text("1"));
    model.notify(consumer, Event::Score, score);
    model.notify(consumer, Event::ProducerPause, Payload::None);
    model.close(router);
    assert!(model.take_changes().is_empty());
}

#[test]
fn other_codecs_are_noted_and_refused_ones_change_nothing() {
    let mut model = Model::default();
    model.keep_journal();
    let worker = model.insert_worker();
    let router = router(&mut model, worker);
    assert!(
        model
            .update_media_codecs(router, Some(&Json::from_text("7")))
            .is_err()
    );
    assert!(model.take_changes().is_empty());
    assert_eq!(model.update_media_codecs(worker, None), Ok(()), "no Router");
    assert!(model.take_changes().is_empty());
    assert_eq!(model.update_media_codecs(router, None), Ok(()));
    let caps = model
        .read(router, "rtpCapabilities")
        .map(|caps| caps.to_owned().into());
    let member = "rtpCapabilities";
    let expected = Change::Set {
        handle: router,
        member,
        text: caps,
    };
    assert_eq!(model.take_changes(), [expected]);
}

#[test]
fn a_copy_closes_what_it_is_told_and_nothing_else() {
    let mut copy = Model::default();
    let worker = copy.insert_worker();
    let router = router(&mut copy, worker);
    let transport = plain_transport(&mut copy, router);
    copy.set(transport, "sctpState", Some("\"connected\""));
    let closing = Emission {
        target: transport,
        event: None,
        observer: None,
        payload: Payload::None,
    };
    copy.follow(&closing);
    assert!(copy.open(transport).is_none());
    assert!(copy.open(router).is_some());
    assert_eq!(copy.read(transport, "sctpState"), Some("\"closed\""));
    let own_end = Emission::closed(router, Some(Event::WorkerClose));
    copy.follow(&own_end);
    copy.follow(&own_end);
    assert!(copy.open(router).is_none());
    copy.follow(&Emission::observer(worker, Event::Pause, Payload::None));
    assert!(copy.open(worker).is_some());
}

#[test]
fn a_closed_tree_is_forgotten_in_any_order() {
    for upwards in [true, false] {
        let mut model = Model::default();
        let worker = model.insert_worker();
        let router = router(&mut model, worker);
        let transport = plain_transport(&mut model, router);
        let consumer = consumer(&mut model, transport);
        model.release(consumer);
        assert_eq!(model.len(), 4, "what is open stays");
        model.close(worker);
        let mut handles = [worker, router, transport, consumer];
        if upwards {
            handles.reverse();
        }
        for handle in handles {
            model.release(handle);
            assert!(model.get(handle).is_none());
            assert!(model.close(handle).told.is_empty(), "nobody knows it");
        }
        assert!(model.is_empty());
    }
}
