//! Request to a host (a holder of mediasoup's objects): a command (a method call as data), as a value or
//! as JSON text, with the bytes and the appData that travel beside it. The addon and the server's
//! session build one per call; the host parses it, or forwards its text to a server.

use protocol::{AppDataId, Command, Error};
use std::borrow::Cow;

/// Command to an object, and what travels beside it.
///
/// A command may come as JSON text. The Workers of this machine parse it; a replica hands it on and never
/// does on the application's thread: parsing is half of what a command to a server would cost there.
#[derive(Debug, Clone)]
pub struct Request {
    /// The command.
    pub command: Form,
    /// The data of `dataConsumer.send()`.
    pub data: Option<Vec<u8>>,
    /// The appData of the object that the command creates, where others are to know it.
    pub app_data: Option<AppDataId>,
}

/// Form of a command. A text is moved as such, up to a connection's thread, so that the other form is boxed.
#[derive(Debug, Clone)]
pub enum Form {
    /// A value.
    Parsed(Box<Command>),
    /// Its JSON text.
    Text(String),
}

impl Request {
    /// A command as JSON text, with nothing beside it.
    #[must_use]
    pub fn text(command: String) -> Self {
        Self {
            command: Form::Text(command),
            data: None,
            app_data: None,
        }
    }

    /// Returns the command as a value, its data included. The error is a `TypeError`.
    pub fn parse(self) -> Result<Command, Error> {
        let mut command = match self.command {
            Form::Parsed(command) => *command,
            Form::Text(text) => {
                serde_json::from_str(&text).map_err(|error| Error::type_error(error.to_string()))?
            }
        };
        if let (Command::Send(send), Some(data)) = (&mut command, self.data) {
            send.data = data;
        }
        Ok(command)
    }

    /// Returns the command's name, which is that of its method.
    #[must_use]
    pub fn method(&self) -> Cow<'_, str> {
        match &self.command {
            Form::Text(text) => Cow::Borrowed(name(text)),
            Form::Parsed(command) => {
                let text = serde_json::to_string(command).unwrap_or_default();
                Cow::Owned(name(&text).to_owned())
            }
        }
    }
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self {
            command: Form::Parsed(Box::new(command)),
            data: None,
            app_data: None,
        }
    }
}

/// Name of a command in its JSON form, which is a string or an object with one member.
fn name(text: &str) -> &str {
    text.split('"').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ErrorClass;

    #[test]
    fn both_forms_have_the_name_of_the_method() {
        for text in [r#""dump""#, r#"{"setPriority":2}"#, r#"{"consume":{}}"#] {
            let request = Request::text(text.to_owned());
            let command = request.clone().parse().unwrap();
            assert_eq!(request.method(), Request::from(command).method(), "{text}");
        }
        assert_eq!(
            Request::text(r#"{"consume":{}}"#.into()).method(),
            "consume"
        );
    }

    #[test]
    fn data_belongs_to_send_alone() {
        let with_data = |text: &str| Request {
            data: Some(vec![1, 2]),
            ..Request::text(text.into())
        };
        let Command::Send(send) = with_data(r#"{"send":{"ppid":53}}"#).parse().unwrap() else {
            panic!("another command");
        };
        assert_eq!((send.ppid, send.data), (53, vec![1, 2]));
        assert!(matches!(with_data(r#""dump""#).parse(), Ok(Command::Dump)));
    }

    #[test]
    fn what_is_not_a_command_is_a_type_error() {
        let refused = Request::text(r#"{"levitate":{}}"#.into()).parse();
        assert_eq!(refused.unwrap_err().class, ErrorClass::TypeError);
    }
}
