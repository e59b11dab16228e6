//! Writes the border of a module's exports: how the contract's types lie in linear memory (the canonical ABI of the component model),
//! one small function for each type.
//!
//! wit-bindgen writes the same as one function for each export, in which every nested type is unrolled wherever it occurs: 400 KB of
//! code for a screen. This is a tenth of it, so that modules build and compile faster and load less. The signatures and the sections
//! that describe the component remain wit-bindgen's.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use wit_parser::abi::AbiVariant;
use wit_parser::{Function, Int, Resolve, SizeAlign, Type, TypeDefKind, TypeId, TypeOwner};

/// In the order of their dependencies; the same as in `src/contract/`.
const PACKAGES: &str = "types mpass clock random log registers subjects uploads mpay documents msign mpower mconnect mnotify config \
                        timers jobs view tasks cases catalogue appointments opendata modules";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A case of a variant: its constructor, and the type of what it holds.
type Case = (String, Option<Type>);

fn main() -> Outcome<()> {
    let wit = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../wit");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("border.rs");
    println!("cargo::rerun-if-changed={}", wit.display());
    println!("cargo::rerun-if-changed=build.rs");
    std::fs::write(out, border(&wit)?)?;
    Ok(())
}

fn border(wit: &Path) -> Outcome<String> {
    let mut resolve = Resolve::default();
    for package in PACKAGES.split_whitespace() {
        resolve.push_path(wit.join(package))?;
    }
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let mut writer = Writer { resolve: &resolve, sizes: &sizes, out: String::new(), written: BTreeSet::new() };
    for (interface, function, flat) in [("screens", "render", 4), ("screens", "perform", 4), ("events", "handle", 1)] {
        let found = find(&resolve, interface, function)?;
        let signature = resolve.wasm_signature(AbiVariant::GuestExport, found);
        if !signature.retptr || signature.params.len() != flat || signature.indirect_params != (flat == 1) {
            return Err(format!("{interface}.{function} is passed otherwise than src/border.rs takes it: {signature:?}").into());
        }
        writer.export(function, found)?;
    }
    Ok(writer.out)
}

fn find<'a>(resolve: &'a Resolve, interface: &str, function: &str) -> Outcome<&'a Function> {
    let found = resolve.interfaces.iter().find(|(_, it)| it.name.as_deref() == Some(interface) && it.functions.contains_key(function));
    let (_, found) = found.ok_or_else(|| format!("the contract has no {interface}.{function}"))?;
    found.functions.get(function).ok_or_else(|| format!("no {function}").into())
}

/// `lift` reads a value out of memory, `store` writes one into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Lift,
    Store,
}

struct Writer<'a> {
    resolve: &'a Resolve,
    sizes: &'a SizeAlign,
    out: String,
    written: BTreeSet<(Way, usize)>,
}

impl Writer<'_> {
    /// For each parameter but text `FUNCTION_PARAMETER`, which lifts it; for the result `FUNCTION_RESULT` (size, alignment) and what stores it.
    fn export(&mut self, name: &str, function: &Function) -> Outcome<()> {
        for parameter in function.params.iter().filter(|parameter| parameter.ty != Type::String) {
            let (rust, lift) = (self.rust(&parameter.ty)?, self.lift(&parameter.ty, "at")?);
            writeln!(self.out, "pub(super) unsafe fn {name}_{}(at: *mut u8) -> {rust} {{ unsafe {{ {lift} }} }}", ident(&parameter.name))?;
        }
        let result = function.result.as_ref().ok_or("an export without a result")?;
        let (rust, store) = (self.rust(result)?, self.store(result, "at", "value")?);
        let (size, align) = self.layout(result);
        writeln!(self.out, "pub(super) const {}_RESULT: (usize, usize) = ({size}, {align});", name.to_uppercase())?;
        writeln!(self.out, "pub(super) unsafe fn {name}_result(at: *mut u8, value: {rust}) {{ unsafe {{ {store} }} }}")?;
        Ok(())
    }

    fn layout(&self, ty: &Type) -> (usize, usize) {
        (self.sizes.size(ty).size_wasm32(), self.sizes.align(ty).align_wasm32())
    }

    fn id(&self, ty: &Type) -> Option<TypeId> {
        match ty {
            Type::Id(id) => match self.resolve.types.get(*id).map(|def| &def.kind) {
                Some(TypeDefKind::Type(Type::Id(inner))) => self.id(&Type::Id(*inner)),
                _ => Some(*id),
            },
            _ => None,
        }
    }

    fn kind(&self, id: TypeId) -> Outcome<&TypeDefKind> {
        Ok(&self.resolve.types.get(id).ok_or("an unknown type")?.kind)
    }

    /// The type as the bindings call it.
    fn rust(&self, ty: &Type) -> Outcome<String> {
        Ok(match ty {
            Type::Bool => "bool".into(),
            Type::U8 => "u8".into(),
            Type::U16 => "u16".into(),
            Type::U32 => "u32".into(),
            Type::S32 => "i32".into(),
            Type::U64 => "u64".into(),
            Type::S64 => "i64".into(),
            Type::String => "alloc::string::String".into(),
            Type::Id(_) => {
                let id = self.id(ty).ok_or("no id")?;
                match self.kind(id)? {
                    TypeDefKind::Type(inner) => self.rust(inner)?,
                    TypeDefKind::Option(inner) => format!("Option<{}>", self.rust(inner)?),
                    TypeDefKind::List(inner) => format!("alloc::vec::Vec<{}>", self.rust(inner)?),
                    TypeDefKind::Tuple(tuple) => {
                        let items = tuple.types.iter().map(|item| self.rust(item)).collect::<Outcome<Vec<_>>>()?;
                        format!("({},)", items.join(", "))
                    }
                    TypeDefKind::Result(result) => {
                        let side = |side: &Option<Type>| side.as_ref().map_or_else(|| Ok("()".to_owned()), |ty| self.rust(ty));
                        format!("Result<{}, {}>", side(&result.ok)?, side(&result.err)?)
                    }
                    TypeDefKind::Record(_) | TypeDefKind::Variant(_) | TypeDefKind::Enum(_) => self.path(id)?,
                    other => return Err(format!("a type of the contract that the border does not know: {}", other.as_str()).into()),
                }
            }
            other => return Err(format!("a type of the contract that the border does not know: {other:?}").into()),
        })
    }

    fn path(&self, id: TypeId) -> Outcome<String> {
        let def = self.resolve.types.get(id).ok_or("an unknown type")?;
        let TypeOwner::Interface(owner) = def.owner else { return Err("a type outside interfaces".into()) };
        let interface = self.resolve.interfaces.get(owner).ok_or("an unknown interface")?;
        let package = interface.package.and_then(|package| self.resolve.packages.get(package)).ok_or("an interface without a package")?;
        let (package, interface) = (ident(&package.name.name), ident(interface.name.as_deref().ok_or("an interface without a name")?));
        let name = camel(def.name.as_deref().ok_or("a type without a name")?);
        let root = if package == "modules" { format!("crate::contract::{interface}::exports") } else { "crate::contract".into() };
        Ok(format!("{root}::vatra::{package}::{interface}::{name}"))
    }

    /// An expression that reads a value at `at`.
    fn lift(&mut self, ty: &Type, at: &str) -> Outcome<String> {
        Ok(match ty {
            Type::Bool => format!("(get8({at}) != 0)"),
            Type::U8 => format!("get8({at})"),
            Type::U16 => format!("get16({at})"),
            Type::U32 => format!("get32({at})"),
            Type::S32 => format!("(get32({at}) as i32)"),
            Type::U64 => format!("get64({at})"),
            Type::S64 => format!("(get64({at}) as i64)"),
            Type::String => format!("get_text({at})"),
            Type::Id(_) => {
                let id = self.id(ty).ok_or("no id")?;
                if let TypeDefKind::Type(inner) = self.kind(id)?.clone() {
                    return self.lift(&inner, at);
                }
                self.define(Way::Lift, id)?;
                format!("lift_{}({at})", id.index())
            }
            other => return Err(format!("a type of the contract that the border does not know: {other:?}").into()),
        })
    }

    /// A statement that writes `value` at `at`.
    fn store(&mut self, ty: &Type, at: &str, value: &str) -> Outcome<String> {
        Ok(match ty {
            Type::Bool | Type::U8 => format!("put8({at}, {value} as u8);"),
            Type::U16 => format!("put16({at}, {value});"),
            Type::U32 | Type::S32 => format!("put32({at}, {value} as u32);"),
            Type::U64 | Type::S64 => format!("put64({at}, {value} as u64);"),
            Type::String => format!("put_text({at}, {value});"),
            Type::Id(_) => {
                let id = self.id(ty).ok_or("no id")?;
                if let TypeDefKind::Type(inner) = self.kind(id)?.clone() {
                    return self.store(&inner, at, value);
                }
                self.define(Way::Store, id)?;
                format!("store_{}({at}, {value});", id.index())
            }
            other => return Err(format!("a type of the contract that the border does not know: {other:?}").into()),
        })
    }

    /// Cases of a variant as the bindings write them.
    fn cases(&self, id: TypeId) -> Outcome<Option<Vec<Case>>> {
        let path = || self.path(id);
        Ok(Some(match self.kind(id)? {
            TypeDefKind::Variant(variant) => variant
                .cases
                .iter()
                .map(|case| Ok((format!("{}::{}", path()?, camel(&case.name)), case.ty)))
                .collect::<Outcome<Vec<_>>>()?,
            TypeDefKind::Enum(list) => {
                list.cases.iter().map(|case| Ok((format!("{}::{}", path()?, camel(&case.name)), None))).collect::<Outcome<Vec<_>>>()?
            }
            TypeDefKind::Option(inner) => vec![("None".into(), None), ("Some".into(), Some(*inner))],
            TypeDefKind::Result(result) => vec![("Ok".into(), result.ok), ("Err".into(), result.err)],
            _ => return Ok(None),
        }))
    }

    fn define(&mut self, way: Way, id: TypeId) -> Outcome<()> {
        if !self.written.insert((way, id.index())) {
            return Ok(());
        }
        let rust = self.rust(&Type::Id(id))?;
        let body = match way {
            Way::Lift => self.lift_body(id)?,
            Way::Store => self.store_body(id)?,
        };
        // Never inlined: that is the point of the whole.
        match way {
            Way::Lift => {
                writeln!(self.out, "#[inline(never)]\nunsafe fn lift_{}(at: *mut u8) -> {rust} {{ unsafe {{ {body} }} }}", id.index())?
            }
            Way::Store => {
                writeln!(
                    self.out,
                    "#[inline(never)]\nunsafe fn store_{}(at: *mut u8, value: {rust}) {{ unsafe {{ {body} }} }}",
                    id.index()
                )?;
            }
        }
        Ok(())
    }

    /// Fields of a record or tuple with their places.
    fn fields(&self, id: TypeId) -> Outcome<Option<Vec<(String, usize, Type)>>> {
        let (names, types): (Vec<String>, Vec<Type>) = match self.kind(id)? {
            TypeDefKind::Record(record) => record.fields.iter().map(|field| (ident(&field.name), field.ty)).unzip(),
            TypeDefKind::Tuple(tuple) => tuple.types.iter().enumerate().map(|(index, ty)| (format!("item_{index}"), *ty)).unzip(),
            _ => return Ok(None),
        };
        let places = self.sizes.field_offsets(&types);
        Ok(Some(names.into_iter().zip(places).map(|(name, (place, ty))| (name, place.size_wasm32(), *ty)).collect()))
    }

    fn payload(&self, cases: &[Case]) -> usize {
        self.sizes.payload_offset(Int::U8, cases.iter().map(|(_, ty)| ty.as_ref())).size_wasm32()
    }

    fn lift_body(&mut self, id: TypeId) -> Outcome<String> {
        if let TypeDefKind::List(inner) = self.kind(id)?.clone() {
            let (size, align) = self.layout(&inner);
            let each = self.lift(&inner, "at")?;
            return Ok(format!("get_list(at, {size}, {align}, |at| {each})"));
        }
        if let Some(fields) = self.fields(id)? {
            let mut values = Vec::new();
            for (name, place, ty) in fields {
                let lift = self.lift(&ty, &format!("at.add({place})"))?;
                values.push((name, lift));
            }
            return Ok(if matches!(self.kind(id)?, TypeDefKind::Record(_)) {
                let values: Vec<String> = values.into_iter().map(|(name, lift)| format!("{name}: {lift}")).collect();
                format!("{} {{ {} }}", self.path(id)?, values.join(", "))
            } else {
                let values: Vec<String> = values.into_iter().map(|(_, lift)| lift).collect();
                format!("({},)", values.join(", "))
            });
        }
        let cases = self.few_cases(id)?;
        let payload = self.payload(&cases);
        let mut arms = String::new();
        for (index, (path, ty)) in cases.iter().enumerate() {
            match ty {
                Some(ty) => {
                    let lift = self.lift(ty, &format!("at.add({payload})"))?;
                    write!(arms, "{index} => {path}({lift}), ")?;
                }
                None if path == "Ok" || path == "Err" => write!(arms, "{index} => {path}(()), ")?,
                None => write!(arms, "{index} => {path}, ")?,
            }
        }
        Ok(format!("match get8(at) {{ {arms} _ => trap() }}"))
    }

    fn store_body(&mut self, id: TypeId) -> Outcome<String> {
        if let TypeDefKind::List(inner) = self.kind(id)?.clone() {
            let (size, align) = self.layout(&inner);
            let each = self.store(&inner, "at", "item")?;
            return Ok(format!("put_list(at, value, {size}, {align}, |at, item| {{ {each} }});"));
        }
        if let Some(fields) = self.fields(id)? {
            let names: Vec<&str> = fields.iter().map(|(name, ..)| name.as_str()).collect();
            let pattern = if matches!(self.kind(id)?, TypeDefKind::Record(_)) {
                let names: Vec<String> = names.iter().map(|name| format!("{name}: the_{name}")).collect();
                format!("{} {{ {} }}", self.path(id)?, names.join(", "))
            } else {
                let names: Vec<String> = names.iter().map(|name| format!("the_{name}")).collect();
                format!("({},)", names.join(", "))
            };
            let mut body = format!("let {pattern} = value; ");
            for (name, place, ty) in &fields {
                body += &self.store(ty, &format!("at.add({place})"), &format!("the_{name}"))?;
            }
            return Ok(body);
        }
        let cases = self.few_cases(id)?;
        let payload = self.payload(&cases);
        let mut arms = String::new();
        for (index, (path, ty)) in cases.iter().enumerate() {
            match ty {
                Some(ty) => {
                    let store = self.store(ty, &format!("at.add({payload})"), "it")?;
                    write!(arms, "{path}(it) => {{ put8(at, {index}); {store} }} ")?;
                }
                None if path == "Ok" || path == "Err" => write!(arms, "{path}(()) => put8(at, {index}), ")?,
                None => write!(arms, "{path} => put8(at, {index}), ")?,
            }
        }
        Ok(format!("match value {{ {arms} }}"))
    }

    /// Cases of a variant whose discriminant is one byte.
    fn few_cases(&self, id: TypeId) -> Outcome<Vec<Case>> {
        let cases = self.cases(id)?.ok_or("a type of the contract that the border does not know")?;
        if cases.len() > 256 { Err("a variant with more than 256 cases".into()) } else { Ok(cases) }
    }
}

/// A name as the bindings write it: `due-date` is `due_date`, keywords end in `_`.
fn ident(name: &str) -> String {
    const KEYWORDS: &str = " as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref return self \
                            static struct super trait true type unsafe use where while async await dyn abstract become box do final macro override \
                            priv typeof unsized virtual yield try ";
    if KEYWORDS.contains(&format!(" {name} ")) { format!("{name}_") } else { name.replace('-', "_") }
}

/// `due-date` is `DueDate`.
fn camel(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        })
        .collect()
}
