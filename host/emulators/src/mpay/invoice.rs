//! The invoice of an order, to be printed: a page with a QR of the address where it can be paid. In the built-in fonts, and so without the
//! letters that these do not have.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use qrcode::{Color, QrCode};
use vatra_core::providers::{OrderDetails, Paper};
use vatra_core::value::Money;

/// Why there is no invoice.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMade {
    #[error("the QR: {0}")]
    Code(#[from] qrcode::types::QrError),
    #[error("the PDF: {0}")]
    Pdf(#[from] lopdf::Error),
    #[error("the PDF: {0}")]
    Writing(#[from] std::io::Error),
}

/// Width and height, in points.
fn size(paper: Paper) -> (i64, i64) {
    match paper {
        Paper::A4 => (595, 842),
        Paper::A5 => (420, 595),
    }
}

/// As the built-in fonts can write it.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        'ă' | 'â' => 'a',
        'Ă' | 'Â' => 'A',
        'î' => 'i',
        'Î' => 'I',
        'ș' | 'ş' => 's',
        'Ș' | 'Ş' => 'S',
        'ț' | 'ţ' => 't',
        'Ț' | 'Ţ' => 'T',
        '\u{a0}' => ' ',
        other if other.is_ascii() && !other.is_ascii_control() => other,
        _ => '?',
    };
    text.chars().map(letter).take(90).collect()
}

fn write(out: &mut Vec<Operation>, size: i64, at: (i64, i64), words: &str) {
    out.push(Operation::new("BT", vec![]));
    out.push(Operation::new("Tf", vec!["F1".into(), size.into()]));
    out.push(Operation::new("Td", vec![at.0.into(), at.1.into()]));
    out.push(Operation::new("Tj", vec![Object::string_literal(plain(words))]));
    out.push(Operation::new("ET", vec![]));
}

/// The code's squares, 3 points each, from its upper left corner.
fn draw(out: &mut Vec<Operation>, code: &QrCode, corner: (i64, i64)) {
    let width = code.width();
    for (place, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            let (column, row) = (i64::try_from(place % width).unwrap_or_default(), i64::try_from(place / width).unwrap_or_default());
            let square = [corner.0 + 3 * column, corner.1 - 3 * (row + 1), 3, 3];
            out.push(Operation::new("re", square.map(Object::from).to_vec()));
        }
    }
    out.push(Operation::new("f", vec![]));
}

/// The invoice.
///
/// # Errors
/// [`NotMade`].
pub(super) fn pdf(order: &OrderDetails, address: &str, paper: Paper) -> Result<Vec<u8>, NotMade> {
    let (width, height) = size(paper);
    let (left, mut down) = (40, height - 60);
    let mut drawing = Vec::new();
    write(&mut drawing, 16, (left, down), &format!("Nota de plata {}", order.number));
    let due = Money(order.lines.iter().fold(0, |sum, line| line.amount.0.saturating_add(sum)));
    let mut rows = vec![
        format!("Beneficiar: {}", order.beneficiary),
        format!("Serviciu: {}", order.service),
        format!("Platitor: {}", order.customer),
        format!("Destinatia platii: {}", order.reason),
    ];
    rows.extend(order.due_date.map(|date| format!("Termen: {}", date.format("%d.%m.%Y"))));
    rows.extend(order.lines.iter().take(12).map(|line| format!("{}  {}  {} lei", line.reason, line.iban, line.amount)));
    rows.push(format!("De plata: {due} lei"));
    rows.push("EMULATOR - fara putere juridica".to_owned());
    for row in rows {
        down -= 18;
        write(&mut drawing, 10, (left, down), &row);
    }
    draw(&mut drawing, &QrCode::new(address)?, (left, down - 20));

    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let content = document.add_object(Stream::new(dictionary! {}, Content { operations: drawing }.encode()?));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out)?;
    Ok(out)
}
