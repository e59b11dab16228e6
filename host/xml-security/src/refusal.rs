//! Why a message is refused. The words never hold a part of the message: what is refused may name a person and is logged.

/// Why a message is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// More bytes than the profile allows.
    #[error("the document is too large")]
    TooLarge,
    /// Not UTF-8, or says that it is not.
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// Not well-formed XML 1.0 with namespaces.
    #[error("the document is not well-formed")]
    NotWellFormed,
    /// A document type declaration, and so perhaps entities.
    #[error("the document has a document type declaration")]
    Doctype,
    /// A reference to an entity other than the five of XML itself.
    #[error("the document refers to an entity")]
    Entity,
    /// A comment where the profile allows none.
    #[error("the document has a comment")]
    Comment,
    /// A processing instruction.
    #[error("the document has a processing instruction")]
    ProcessingInstruction,
    /// Elements nested deeper than the profile allows.
    #[error("the document is nested too deeply")]
    TooDeep,
    /// More elements than the profile allows.
    #[error("the document has too many elements")]
    TooManyElements,
    /// More attributes on one element than the profile allows.
    #[error("an element has too many attributes")]
    TooManyAttributes,
    /// Two elements bear the same identifier.
    #[error("two elements have the same ID")]
    DuplicateId,

    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Something that may be there once is there twice.
    #[error("{0} is repeated")]
    Repeated(&'static str),
    /// Something stands where it may not.
    #[error("{0} holds something that does not belong there")]
    Unexpected(&'static str),
    /// Not of its type.
    #[error("{0} is malformed")]
    Malformed(&'static str),

    /// No signature where the profile demands one.
    #[error("the message is not signed")]
    NotSigned,
    /// An algorithm that the profile does not allow.
    #[error("{0} is not an algorithm of this profile")]
    Algorithm(&'static str),
    /// The signature does not refer to what it must cover, or refers to something else.
    #[error("the signature refers to something other than what must be signed")]
    Reference,
    /// Something that must be signed is not.
    #[error("{0} is not signed")]
    Uncovered(&'static str),
    /// What was signed has been changed.
    #[error("the content is not what was signed")]
    Digest,
    /// The signature was not made by a trusted key.
    #[error("the signature was not made with a trusted certificate's key")]
    SignatureValue,
    /// No trusted certificate fits the signature's key information, or it is not valid now.
    #[error("no trusted and valid certificate fits the signature")]
    Untrusted,

    /// Made in the future.
    #[error("the message is from the future")]
    TooEarly,
    /// Made too long ago, or past its own end.
    #[error("the message is too old")]
    TooLate,
    /// Not made by the one who must have made it.
    #[error("the message comes from another issuer")]
    Issuer,
    /// Not addressed to this address.
    #[error("the message is meant for another address")]
    Destination,
    /// Not meant for this service.
    #[error("the message is meant for another service")]
    Audience,
    /// Not an answer to this request.
    #[error("the message answers another request")]
    Request,
    /// The answer says that it did not work out.
    #[error("the answer is not a success")]
    NotSuccess,
    /// Used before.
    #[error("the message was used before")]
    Replayed,
    /// It cannot be known whether the message was used before.
    #[error("it cannot be told whether the message was used before")]
    ReplayUnknown,
}
