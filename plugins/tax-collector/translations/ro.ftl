## Acasă

home-title = Situația încasărilor
home-totals = Totaluri
home-last-import = Ultimul import
home-overdue = Restanțe, cele mai mari întâi
home-nothing-overdue = Nu există restanțe.

total-accounts = Conturi
total-due = Impozit calculat
total-collected = Încasat în total
total-outstanding = De încasat
total-overdue = Restanțe
total-overdue-accounts = Conturi cu restanțe
total-paid = Achitat
total-overpaid = Achitat în plus

## Conturi

accounts-title = Conturi fiscale
accounts-all = Toate conturile
accounts-outstanding = Conturi cu sold de plată
accounts-overdue = Conturi cu restanțe
accounts-overpaid = Conturi cu plăți în plus
accounts-empty = Nu există conturi. Importați rolul fiscal.
account-title = Contul { $number }
account-open = Contul { $number }
account-details = Datele contului

## Contribuabil

taxpayer-open = Toate conturile contribuabilului
taxpayer-title = { $who }
taxpayer-position = Situația contribuabilului
taxpayer-objects = Obiecte impozabile

## Avize de plată

notices-title = Avize de plată
notices-all = Toate avizele
notices-of-account = Avizele acestui cont
notices-of-taxpayer = Avizele contribuabilului
notices-empty = Nu s-a emis niciun aviz.
notice-title = Avizul { $number }
notice-open = Avizul emis
notice-details = Datele avizului
notice-cancelled = Avizul a fost anulat și nu mai poate fi achitat.

issue-notice-title = Emite un aviz de plată
issue-notice-amount = Suma de plată, lei
issue-notice-amount-hint = Cel mult { $most }, cât este de plată pe acest cont.
issue-notice-due-date = Termenul de plată
issue-notice-expires = Valabil până la
issue-notice-expires-hint = După această zi avizul nu mai poate fi achitat. Lăsați necompletat pentru un aviz fără limită.
issue-notice-submit = Emite avizul

cancel-notice = Anulează avizul
cancel-notice-confirm = După anulare avizul nu mai poate fi achitat. Îl anulați?

wrong-nothing-owed = Pe acest cont nu este nimic de plată.
wrong-amount-not-positive = Introduceți o sumă mai mare decât zero.
wrong-amount-too-large = Suma depășește ce este de plată pe acest cont: cel mult { $most }.
wrong-due-date-past = Termenul de plată a trecut. Alegeți ziua de azi sau una viitoare.
wrong-expires-before-due = Valabilitatea se încheie înaintea termenului de plată. Alegeți o dată de la termen încolo.
wrong-cancelled-already = Avizul a fost anulat mai înainte.
wrong-paid-already = Pe acest aviz s-a plătit deja. Banii se întorc prin restituire, nu prin anulare.

## MPay

mpay-not-granted = Acest modul nu are dreptul de a folosi MPay
mpay-revoked = Dreptul de a folosi MPay a fost retras
mpay-expired = Dreptul de a folosi MPay a expirat
mpay-cannot = Nu puteți emite și anula avize până când administratorul primăriei acordă dreptul. Conturile și avizele pot fi consultate, iar plățile sosite între timp se păstrează și vor fi înregistrate.

## Istoric

history-title = Istoricul modificărilor
history-entry = Înregistrarea
reason-entered = Înregistrat
reason-roll-import = Corectat la importul rolului din fișierul { $particular }
reason-payment = Plată MPay { $particular }
reason-notice-cancelled = Aviz anulat

## Importul rolului

imports-title = Importuri ale rolului fiscal
imports-all = Importuri
imports-empty = Nu s-a importat niciun rol.
import-title = Importă rolul fiscal
import-text = Încărcați fișierul exportat din sistemul vechi (CSV). Rândurile noi se adaugă, cele schimbate se corectează, iar un rând greșit este lăsat la o parte fără să le oprească pe celelalte.
import-form = Fișierul rolului
import-roll = Fișierul CSV
import-roll-hint = Cu rândul de antet: Nr. cont; Tip; IDNP/IDNO; Nume / Denumire; Nr. cadastral; Obiect; Suprafața, ha; Valoarea, lei; Impozit calculat, lei; Achitat, lei; Termen; Telefon; E-mail.
import-submit = Importă
import-again = Fișierul a mai fost importat: nimic nu s-a schimbat
import-again-text = Toate rândurile acceptate erau deja înregistrate întocmai. Raportul de mai jos este cel al acestui fișier.
import-all-accepted = { $accepted ->
    [one] Un rând acceptat.
    [few] { $accepted } rânduri acceptate.
   *[other] { $accepted } de rânduri acceptate.
  }
import-some-rejected = { $rejected ->
    [one] Un rând din { $rows } a fost respins.
    [few] { $rejected } rânduri din { $rows } au fost respinse.
   *[other] { $rejected } de rânduri din { $rows } au fost respinse.
  }
report-title = Raportul importului
report-numbers = În cifre
report-reasons = Rânduri respinse sau îndoielnice, după motiv
report-count = Rânduri
report-problems = Rând cu rând
report-no-problems = Niciun rând respins sau îndoielnic.

## Câmpuri

field-account = Nr. cont
field-account-number = Nr. cont
field-added = Conturi adăugate
field-accepted = Rânduri acceptate
field-amount = Suma
field-area = Suprafața, ha
field-cadastral = Nr. cadastral
field-column = Coloana
field-corrected = Conturi corectate
field-digest = Amprenta fișierului
field-due = Impozit calculat
field-due-date = Termen de plată
field-email = E-mail
field-expires = Valabil până la
field-file = Fișierul
field-import = Importul
field-left-out = Respins
field-line = Linia
field-number = Număr
field-object = Obiect
field-opened = Înregistrat la
field-order = Nr. comenzii MPay
field-outstanding = De plată
field-paid = Achitat
field-paid-before = Achitat în afara MPay
field-paid-mpay = Achitat prin MPay
field-phone = Telefon
field-rejected = Rânduri respinse
field-rows = Rânduri în fișier
field-rule = Motivul
field-status = Starea
field-taxpayer = Contribuabil
field-taxpayers = Contribuabili
field-unchanged = Conturi neschimbate
field-value = Valoarea
field-warned = Rânduri acceptate, dar îndoielnice

## Alegeri

notices-status-open = de achitat
notices-status-partly-paid = achitat parțial
notices-status-paid = achitat
notices-status-cancelled = anulat
choice-open = de achitat
choice-partly-paid = achitat parțial
choice-paid = achitat
choice-cancelled = anulat
choice-identifier-length = IDNP/IDNO fără 13 cifre
choice-idno-check-digit = IDNO cu cifră de control greșită
choice-amount-unreadable = sumă care nu poate fi citită
choice-negative-amount = sumă negativă
choice-date-invalid = dată care nu există
choice-cadastral-number = număr cadastral greșit
choice-account-duplicate = cont repetat
choice-cell-empty = lipsește numărul contului
choice-formula = formulă în loc de date
choice-unreadable = celulă care nu poate fi citită
choice-idnp-check-digit = IDNP cu cifră de control greșită (avertisment)
choice-overpaid = achitat mai mult decât s-a calculat (avertisment)
choice-other = alt motiv
import-problems-rule-identifier-length = IDNP sau IDNO nu are 13 cifre. Verificați identificatorul în actul contribuabilului.
import-problems-rule-idno-check-digit = Cifra de control a IDNO nu corespunde. Verificați codul fiscal al persoanei juridice.
import-problems-rule-amount-unreadable = Suma nu poate fi citită. Scrieți-o în cifre, de exemplu 1 234,50.
import-problems-rule-negative-amount = Suma este negativă. O corectare sau o restituire se înregistrează separat, nu prin rol.
import-problems-rule-date-invalid = Data nu există. Scrieți-o ca zz.ll.aaaa.
import-problems-rule-cadastral-number = Numărul cadastral nu are forma corectă: 10 cifre, apoi, după caz, .NN și .NNN.
import-problems-rule-account-duplicate = Numărul contului se repetă într-un rând acceptat mai sus. Păstrați un singur rând.
import-problems-rule-cell-empty = Lipsește numărul contului. Completați celula.
import-problems-rule-formula = Celula conține o formulă. Înlocuiți-o cu valoarea ei.
import-problems-rule-unreadable = Celula nu poate fi citită. Scrieți valoarea în forma celorlalte rânduri.
import-problems-rule-idnp-check-digit = Cifra de control a IDNP nu corespunde. Rândul a fost preluat; verificați identificatorul.
import-problems-rule-overpaid = S-a achitat mai mult decât impozitul calculat. Rândul a fost preluat; diferența este o plată în plus.
import-problems-rule-other = Rândul nu respectă o regulă a importului. Comparați-l cu celelalte rânduri.

## Jurnal și totaluri

journal-title = Încasări la { $day }
journal-open = Jurnalul zilei
journal-today = Încasările de azi
journal-before = Ziua precedentă
journal-after = Ziua următoare
journal-totals = Totalul zilei
journal-number = Plăți
journal-receipts = Plățile zilei
journal-empty = În această zi nu s-a încasat nimic.
receipt-title = Plata { $number }
receipt-details = Datele plății
receipt-notice = Avizul plătit
year-title = Încasări în anul { $year }
year-open = Încasările anului
year-before = Anul precedent
year-after = Anul următor
year-totals = Totalul anului
year-months = Pe luni
year-month = Luna care începe la

## Certificate

certificates-title = Certificate privind lipsa restanțelor
certificates-all = Certificate eliberate
certificates-empty = Nu s-a eliberat niciun certificat.
certificates-how = Certificatul se eliberează de pe pagina contribuabilului, dacă acesta nu are restanțe.
certificate-title = Certificat privind lipsa restanțelor
certificate-open = Certificatul eliberat
issue-certificate-title = Eliberează un certificat privind lipsa restanțelor
issue-certificate-language = Limba certificatului
issue-certificate-submit = Eliberează certificatul
issue-certificate-language-ro = română
issue-certificate-language-ru = rusă
issue-certificate-language-en = engleză
wrong-overdue = Contribuabilul are restanțe de { $owed }. Certificatul se poate elibera după achitarea lor.
certificates-language-ro = română
certificates-language-ru = rusă
certificates-language-en = engleză
choice-ro = română
choice-ru = rusă
choice-en = engleză
field-payment = Nr. plății MPay
field-notice = Avizul
field-tax = Impozit
field-penalty = Majorare de întârziere
field-penalty-owed = Majorare de întârziere de plată azi
field-penalty-paid = Majorare de întârziere achitată
field-paid-on = Data plății
field-document = Documentul
field-issued-on = Eliberat la
field-language = Limba
