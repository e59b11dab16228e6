//! Words of paying, giving back and the statement, in three languages.

use super::Attempt;
use super::statement::NotRefunded;
use vatra_core::manifest::Language;

pub(super) struct Words {
    pub(super) method: &'static str,
    pub(super) attempt: &'static str,
    attempts: [&'static str; 3],
    pub(super) told: &'static str,
    pub(super) told_hint: &'static str,
    pub(super) declined: &'static str,
    pub(super) no_answer: &'static str,
    pub(super) refund_title: &'static str,
    pub(super) refund_intro: &'static str,
    pub(super) refund_amount: &'static str,
    pub(super) refund: &'static str,
    pub(super) refunded: &'static str,
    too_much: &'static str,
    pub(super) statement_title: &'static str,
    pub(super) statement_intro: &'static str,
    pub(super) day: &'static str,
    pub(super) day_hint: &'static str,
    pub(super) bad_day: &'static str,
    pub(super) beneficiary: &'static str,
    pub(super) beneficiary_hint: &'static str,
    pub(super) download: &'static str,
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }

    pub(super) fn attempt(&self, attempt: Attempt) -> &'static str {
        let [taken, declined, no_answer] = self.attempts;
        match attempt {
            Attempt::Taken => taken,
            Attempt::Declined => declined,
            Attempt::NoAnswer => no_answer,
        }
    }

    pub(super) fn not_refunded(&self, why: NotRefunded) -> String {
        match why {
            NotRefunded::Unknown => String::new(),
            NotRefunded::Amount { at_most } => self.too_much.replace("{}", &at_most.to_string()),
        }
    }
}

static RO: Words = Words {
    method: "Cum plătiți",
    attempt: "Cum reușește plata",
    attempts: ["Banii sunt luați", "Banca plătitorului refuză", "Banca plătitorului nu răspunde la timp"],
    told: "Altă sumă în confirmare, în lei",
    told_hint: "Gol: suma plătită. Altfel beneficiarului i se spune această sumă.",
    declined: "Banca dumneavoastră a refuzat plata. Nu s-au luat bani; încercați alt mod de plată.",
    no_answer: "Banca dumneavoastră nu a răspuns la timp. Nu s-au luat bani; încercați din nou peste câteva minute.",
    refund_title: "Restituire",
    refund_intro: "Banii se întorc la plătitor. Beneficiarul află din extrasul zilei: MPay nu publică o operație pentru aceasta.",
    refund_amount: "Suma de restituit, în lei",
    refund: "Restituie",
    refunded: "Restituit",
    too_much: "Introduceți o sumă mai mare decât zero și cel mult {} lei",
    statement_title: "Extrasul zilei",
    statement_intro: "Plățile și restituirile unei zile, ca fișier CSV, pentru compararea cu evidența beneficiarului.",
    day: "Ziua",
    day_hint: "De exemplu 2026-09-25.",
    bad_day: "Introduceți o zi, de exemplu 2026-09-25",
    beneficiary: "IDNO al beneficiarului",
    beneficiary_hint: "Gol: toți beneficiarii.",
    download: "Descarcă extrasul",
};

static RU: Words = Words {
    method: "Способ оплаты",
    attempt: "Чем кончается оплата",
    attempts: ["Деньги списываются", "Банк плательщика отказывает", "Банк плательщика не отвечает вовремя"],
    told: "Другая сумма в подтверждении, в леях",
    told_hint: "Пусто: оплаченная сумма. Иначе получателю сообщается эта сумма.",
    declined: "Ваш банк отказал в оплате. Деньги не списаны; попробуйте другой способ оплаты.",
    no_answer: "Ваш банк не ответил вовремя. Деньги не списаны; попробуйте снова через несколько минут.",
    refund_title: "Возврат",
    refund_intro: "Деньги возвращаются плательщику. Получатель узнаёт об этом из выписки за день: MPay не публикует такой операции.",
    refund_amount: "Сумма возврата, в леях",
    refund: "Вернуть",
    refunded: "Возвращено",
    too_much: "Введите сумму больше нуля и не больше {} леев",
    statement_title: "Выписка за день",
    statement_intro: "Платежи и возвраты за день в файле CSV, для сверки с учётом получателя.",
    day: "День",
    day_hint: "Например, 2026-09-25.",
    bad_day: "Введите день, например 2026-09-25",
    beneficiary: "IDNO получателя",
    beneficiary_hint: "Пусто: все получатели.",
    download: "Скачать выписку",
};

static EN: Words = Words {
    method: "How you pay",
    attempt: "How the payment goes",
    attempts: ["The money is taken", "The payer's bank declines", "The payer's bank does not answer in time"],
    told: "Another amount in the confirmation, in lei",
    told_hint: "Empty: the amount that was paid. Otherwise the beneficiary is told this amount.",
    declined: "Your bank declined the payment. No money was taken; try another way to pay.",
    no_answer: "Your bank did not answer in time. No money was taken; try again in a few minutes.",
    refund_title: "Refund",
    refund_intro: "The money goes back to the payer. The beneficiary learns of it from the day's statement: MPay publishes no operation for it.",
    refund_amount: "Amount to give back, in lei",
    refund: "Give back",
    refunded: "Given back",
    too_much: "Enter an amount above zero and at most {} lei",
    statement_title: "The day's statement",
    statement_intro: "Payments and refunds of a day as a CSV file, to be compared with the beneficiary's records.",
    day: "Day",
    day_hint: "For example 2026-09-25.",
    bad_day: "Enter a day, for example 2026-09-25",
    beneficiary: "The beneficiary's IDNO",
    beneficiary_hint: "Empty: all beneficiaries.",
    download: "Download the statement",
};
