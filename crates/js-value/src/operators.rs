//! JavaScript's operators and methods on JSON values, as the traits `Js` and `JsMut`: reading,
//! setting and deleting members, equality, iteration. The port of mediasoup's ORTC is written with them
//! and gets the value that JavaScript would have.
//!
//! Reading a member of `undefined` or `null` fails with the words of V8, because that is the error an
//! application sees when it hands mediasoup such a thing.

use crate::text::{display, text};
use crate::truthy;
use protocol::Error;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The result of what JavaScript may throw at.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// JavaScript's operators on a value; `None` is `undefined`.
pub trait Js<'a>: Copy {
    /// `if (value)`
    fn truthy(self) -> bool;
    /// `typeof value === 'number'`
    fn is_number(self) -> bool;
    /// `typeof value === 'string'`
    fn is_string(self) -> bool;
    /// `typeof value === 'boolean'`
    fn is_boolean(self) -> bool;
    /// `typeof value === 'object'`, which holds for `null` and lists too.
    fn is_object(self) -> bool;
    /// `value === other`. Objects are equal to themselves only, and no two values are the same one.
    fn equals(self, other: Option<&Value>) -> bool;
    /// `value === 'other'`
    fn equals_str(self, other: &str) -> bool;
    /// `value.key`
    fn read(self, key: &str) -> Result<Option<&'a Value>>;
    /// The items of `for (... of value)`, where `value` is written `expression`.
    fn iterate(self, expression: &str) -> Result<&'a [Value]>;
    /// The items of `value.method(...)`, a method of lists, where `value` is written `expression`.
    fn items(self, expression: &str, method: &str) -> Result<&'a [Value]>;
    /// The text of `value.method()`, a method of strings, where `value` is written `expression`.
    fn text(self, expression: &str, method: &str) -> Result<&'a str>;
    /// `` `${value}` ``
    fn display(self) -> Result<Cow<'a, str>>;
}

impl<'a> Js<'a> for Option<&'a Value> {
    fn truthy(self) -> bool {
        truthy(self)
    }

    fn is_number(self) -> bool {
        matches!(self, Some(Value::Number(_)))
    }

    fn is_string(self) -> bool {
        matches!(self, Some(Value::String(_)))
    }

    fn is_boolean(self) -> bool {
        matches!(self, Some(Value::Bool(_)))
    }

    fn is_object(self) -> bool {
        matches!(self, Some(Value::Null | Value::Array(_) | Value::Object(_)))
    }

    fn equals(self, other: Option<&Value>) -> bool {
        match (self, other) {
            (None, None) | (Some(Value::Null), Some(Value::Null)) => true,
            (Some(Value::Bool(a)), Some(Value::Bool(b))) => a == b,
            (Some(Value::Number(a)), Some(Value::Number(b))) => a.as_f64() == b.as_f64(),
            (Some(Value::String(a)), Some(Value::String(b))) => a == b,
            _ => false,
        }
    }

    fn equals_str(self, other: &str) -> bool {
        matches!(self, Some(Value::String(text)) if text == other)
    }

    fn read(self, key: &str) -> Result<Option<&'a Value>> {
        match self {
            Some(Value::Object(members)) => Ok(members.get(key)),
            None | Some(Value::Null) => Err(Error::type_error(format!(
                "Cannot read properties of {} (reading '{key}')",
                text(self)
            ))),
            // ORTC reads no member that a list, a string, a number or a boolean is born with.
            Some(_) => Ok(None),
        }
    }

    fn iterate(self, expression: &str) -> Result<&'a [Value]> {
        match self {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(Error::type_error(format!("{expression} is not iterable"))),
        }
    }

    fn items(self, expression: &str, method: &str) -> Result<&'a [Value]> {
        match self {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(no_method(self, expression, method)),
        }
    }

    fn text(self, expression: &str, method: &str) -> Result<&'a str> {
        match self {
            Some(Value::String(text)) => Ok(text),
            _ => Err(no_method(self, expression, method)),
        }
    }

    fn display(self) -> Result<Cow<'a, str>> {
        display(self)
    }
}

/// Setting and deleting members.
pub trait JsMut {
    /// `value.key = member`. A list becomes the object with its items as members.
    fn set(&mut self, key: &str, member: impl Into<Value>) -> Result<()>;
    /// `delete value.key`
    fn delete(&mut self, key: &str) -> Result<()>;
    /// The list that is the member `key`; nothing if there is none.
    fn list_mut(&mut self, key: &str) -> &mut [Value];
}

impl JsMut for Value {
    fn set(&mut self, key: &str, member: impl Into<Value>) -> Result<()> {
        if let Value::Array(items) = self {
            let members = items.drain(..).enumerate();
            *self = members
                .map(|(index, item)| (index.to_string(), item))
                .collect();
        }
        match self {
            Value::Object(members) => {
                members.insert(key.to_owned(), member.into());
                Ok(())
            }
            Value::Null => Err(Error::type_error(format!(
                "Cannot set properties of null (setting '{key}')"
            ))),
            primitive => Err(Error::type_error(format!(
                "Cannot create property '{key}' on {} '{}'",
                type_of(primitive),
                Some(&*primitive).display()?
            ))),
        }
    }

    fn delete(&mut self, key: &str) -> Result<()> {
        match self {
            Value::Object(members) => {
                // Not `swap_remove`: the order of members is seen by applications.
                members.shift_remove(key);
                Ok(())
            }
            Value::Null => Err(Error::type_error(
                "Cannot convert undefined or null to object",
            )),
            _ => Ok(()),
        }
    }

    fn list_mut(&mut self, key: &str) -> &mut [Value] {
        match self.get_mut(key) {
            Some(Value::Array(items)) => items,
            _ => &mut [],
        }
    }
}

/// `Object.entries(value)`: a list has its indices for keys, a primitive has no entries.
#[must_use]
pub fn entries(value: Option<&Value>) -> Vec<(Cow<'_, str>, &Value)> {
    match value {
        Some(Value::Object(members)) => members
            .iter()
            .map(|(key, member)| (Cow::Borrowed(key.as_str()), member))
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (Cow::Owned(index.to_string()), item))
            .collect(),
        _ => Vec::new(),
    }
}

/// `items.find(test)`, where the test may fail.
pub fn find(
    items: &[Value],
    mut test: impl FnMut(&Value) -> Result<bool>,
) -> Result<Option<&Value>> {
    for item in items {
        if test(item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// `items.some(test)`, where the test may fail.
pub fn some(items: &[Value], test: impl FnMut(&Value) -> Result<bool>) -> Result<bool> {
    Ok(find(items, test)?.is_some())
}

/// An object of the given members, without those that are `undefined`.
#[must_use]
pub fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let mut object = Map::with_capacity(N);
    for (key, member) in members {
        if let Some(member) = member {
            object.insert(key.to_owned(), member);
        }
    }
    Value::Object(object)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
    }
}

/// Calling `expression.method()` on a value that has no such method.
fn no_method(value: Option<&Value>, expression: &str, method: &str) -> Error {
    match value.read(method) {
        Err(error) => error,
        Ok(_) => Error::type_error(format!("{expression}.{method} is not a function")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strict_equality() {
        for (case, a, b, equal) in [
            ("numbers are equal by value", json!(1), json!(1.0), true),
            ("zero has no sign", json!(0), json!(-0.0), true),
            ("types differ", json!(1), json!("1"), false),
            (
                "falsy values are not the same",
                json!(0),
                json!(false),
                false,
            ),
            ("booleans", json!(true), json!(true), true),
            ("strings", json!("a"), json!("a"), true),
            ("null is null", json!(null), json!(null), true),
            ("two lists are two objects", json!([]), json!([]), false),
        ] {
            assert_eq!(Some(&a).equals(Some(&b)), equal, "{case}: {a} === {b}");
            assert_eq!(Some(&b).equals(Some(&a)), equal, "{case}: {b} === {a}");
        }
        assert!(None.equals(None), "undefined is undefined");
        assert!(!None.equals(Some(&json!(null))), "undefined is not null");
    }

    #[test]
    fn members_set_on_a_list_make_it_an_object() {
        let mut list = json!(["a", 1]);
        assert_eq!(list.set("x", true), Ok(()));
        assert_eq!(list, json!({ "0": "a", "1": 1, "x": true }));
    }

    #[test]
    fn deleting_keeps_the_order_of_the_rest() {
        let mut object = json!({ "a": 1, "b": 2, "c": 3 });
        assert_eq!(object.delete("a"), Ok(()));
        assert_eq!(object.to_string(), r#"{"b":2,"c":3}"#);
        assert_eq!(
            json!(1).delete("a"),
            Ok(()),
            "a primitive has nothing to delete"
        );
    }
}
