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
year-month = Luna

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

## Calculul anual, avize în masă, ghid

accounts-arrears = Conturi cu restanțe din anii trecuți
account-assessments = Impozitul calculat pe ani
account-no-assessments = Impozitul acestui cont vine din rol.
correct-object-title = Corectează obiectul impozabil
correct-object-submit = Corectează
correct-object-reason = Motivul corectării
correct-object-category-hint = De felul obiectului depinde cota la următorul calcul al impozitului.
object-corrected = Obiectul a fost corectat. Impozitul se schimbă la următorul calcul.
wrong-amount-negative = Suma nu poate fi negativă.

assessment-title = Calculul anual al impozitelor
assessment-text = Impozitele anului se calculează după cotele stabilite de consiliu, se verifică, apoi se înscriu în conturi. Până la înscriere nimic nu se schimbă.
assessment-prepare-title = Calculează impozitele unui an
assessment-prepare-submit = Calculează
assessment-year = Anul
assessment-due-date = Termenul de plată
assessment-due-date-hint = De obicei 25 septembrie (Codul fiscal, titlul VI).
assessment-runs = Calcule
assessment-none = Nu s-a făcut niciun calcul.
assessment-run-title = Calculul { $number }
assessment-open = Calculul
assessment-numbers = În cifre
assessment-running = Se lucrează: { $done } din { $total } conturi. Reîncărcați pagina pentru starea la zi.
assessment-stopped = Lucrul s-a oprit înainte de sfârșit
assessment-stopped-text = Ce s-a făcut până acum rămâne. Continuați de unde s-a oprit sau renunțați la calcul.
assessment-go-on = Continuă
assessment-look = Verificați conturile nesocotite și sumele, apoi înscrieți calculul în conturi
assessment-apply = Înscrie în conturi
assessment-apply-confirm = Sumele se adaugă la ce au de plătit contribuabilii. Le înscrieți în conturi?
assessment-drop = Renunță la calcul
assessment-drop-confirm = Calculul rămâne în registru, dar nu mai poate fi înscris în conturi. Renunțați la el?
assessment-was-dropped = S-a renunțat la calcul.
assessment-by-category = După felul obiectului
assessment-chart = Impozit după felul obiectului
assessment-problems = Conturi nesocotite
assessment-no-problems = Niciun cont nu a fost lăsat la o parte.
assessment-assessed = Conturi cu impozit calculat
assessment-empty = Niciun cont nu are impozit calculat.
assessed-title = Impozitul contului { $number }
assessed-details = Cum s-a calculat
assessed-correct-title = Corectează suma
assessed-correct-submit = Corectează
assessed-reason = Motivul corectării
assessed-corrected = Suma a fost corectată.
wrong-year = Alegeți anul viitor sau unul din ultimii cinci.
wrong-due-date-year = Termenul trebuie să fie în anul impozitului sau în cel următor.
wrong-no-rates = Pentru acest an nu sunt cote. Administratorul le înscrie în „Setări”, după decizia consiliului.
wrong-run-open = Calculul { $number } nu este încheiat. Înscrieți-l în conturi sau renunțați la el.
wrong-run-standing = Acest calcul nu mai poate fi schimbat astfel. Reîncărcați pagina.

print-notice = Întocmește avizul pe hârtie (PDF)
messages-of-notice = Mesaje trimise despre acest aviz
messages-empty = Nu s-a trimis niciun mesaj.
mailings-title = Avize în masă
mailings-text = Fiecare cont cu sold de plată primește un aviz pentru ce nu este cuprins deja într-un aviz deschis. Lucrul se face treptat și poate fi urmărit.
mailings-form = Emite avizele
mailings-submit = Emite avizele
mailings-paper = Întocmește și avizul pe hârtie
mailings-paper-hint = PDF cu codul QR prin care se plătește.
mailings-tell = Anunță contribuabilii prin MNotify
mailings-tell-hint = Pe canalul și în limba alese de fiecare; avizul pe hârtie se atașează.
mailings-all = Avize în masă emise
mailings-empty = Nu s-au emis avize în masă.
mailing-title = Avizele { $number }
mailing-numbers = În cifre
mailing-running = Se emit avizele: { $done } din { $total } conturi. Reîncărcați pagina pentru starea la zi.
mailing-sent = Mesaje pe drum
mailing-delivered = Mesaje livrate
mailing-failed = Mesaje care nu au ajuns
mailing-all-told = Toate mesajele au ajuns sau sunt pe drum.
mailing-not-told = Contribuabili care nu au putut fi anunțați
mailing-notices = Avizele emise
wrong-mailing-running = Avizele se emit chiar acum. Așteptați să se încheie.

year-chart = Încasări pe luni
year-levies = Pe impozite
year-levies-chart = Încasări pe impozite
year-month-1 = ian.
year-month-2 = feb.
year-month-3 = mart.
year-month-4 = apr.
year-month-5 = mai
year-month-6 = iun.
year-month-7 = iul.
year-month-8 = aug.
year-month-9 = sept.
year-month-10 = oct.
year-month-11 = nov.
year-month-12 = dec.

guide-title = Ghid scurt
guide-text = Ce faceți în acest modul de-a lungul anului, în ordine.
guide-roll = 1. Importați rolul
guide-roll-text = La „Importuri” încărcați fișierul din sistemul vechi. Rândurile greșite sunt lăsate la o parte cu motivul lor; corectați-le în fișier și încărcați-l din nou, cele bune nu se dublează.
guide-assessment = 2. Calculați impozitele anului
guide-assessment-text = După decizia consiliului, administratorul înscrie cotele în „Setări”. La „Calculul impozitelor” calculați, verificați conturile nesocotite și sumele, apoi înscrieți calculul în conturi.
guide-notices = 3. Emiteți avizele
guide-notices-text = La „Avize în masă” emiteți avize pentru toți sau, din pagina unui cont, unul singur. Contribuabilii află prin MNotify și plătesc cu numărul comenzii sau cu codul QR, și în rate.
guide-payments = 4. Urmăriți încasările
guide-payments-text = Plățile prin MPay se înregistrează singure. Jurnalul arată fiecare zi, iar totalurile anului arată lunile și impozitele.
guide-arrears = 5. Restanțe și reamintiri
guide-arrears-text = Reamintirile pleacă în zilele alese în „Setări”. După termen, la fiecare zi se adaugă majorarea, pe care MPay o arată celui care plătește.
guide-certificate = 6. Certificate
guide-certificate-text = Din pagina contribuabilului fără restanțe eliberați certificatul, cu număr și cod QR pe care oricine îl poate verifica.

field-assessed = Conturi cu impozit calculat
field-assessed-tax = Impozit calculat aici
field-arrears = Restanțe din anii trecuți
field-category = Felul obiectului
field-levy = Impozitul
field-year = Anul
field-run-standing = Starea calculului
field-run = Calculul
field-unassessed = Conturi nesocotite
field-rate = Cota
field-unit = Cum se calculează
field-applied = Înscris în cont
field-problem = De ce
field-owed-since = Termenul impozitului
field-mailing = Avize în masă
field-whom = Cui
field-paper = Aviz pe hârtie
field-tell = Anunț prin MNotify
field-issued = Avize emise
field-covered = Conturi cu aviz deschis
field-message = Nr. mesajului
field-key = Cheia mesajului
field-kind = Mesajul
field-standing = Starea mesajului
field-sent-at = Trimis la
reason-assessment = Impozit calculat pentru anul { $particular }
reason-assessment-prepared = Calculul a fost pregătit
reason-assessment-approved = Calculul a fost aprobat
reason-assessment-applied = Calculul a fost înscris în conturi
reason-assessment-dropped = S-a renunțat la calcul
reason-notice-printed = Aviz întocmit pe hârtie

choice-agricultural-land = teren agricol
choice-building-land = teren intravilan
choice-garden = grădină
choice-orchard = vie sau livadă
choice-dwelling = locuință
choice-commercial = construcție comercială
choice-garage = garaj
choice-other-object = alt obiect
choice-land-tax = impozit funciar
choice-real-estate-tax = impozit pe bunuri imobiliare
choice-other-tax = alte impozite și taxe
choice-percent = % din valoare
choice-lei-per-hectare = lei pentru un hectar
choice-lei-per-object = lei pentru un obiect
choice-preparing = se calculează
choice-prepared = de verificat
choice-applying = se înscrie în conturi
choice-applied = înscris în conturi
choice-dropped = renunțat
choice-assessed-already = are deja impozit pentru acest an
choice-no-rate = nu este cotă pentru felul obiectului
choice-no-base = lipsește valoarea sau suprafața
choice-all-owing = toate conturile cu sold de plată
choice-late-only = numai conturile cu restanțe
choice-notice = aviz
choice-reminder-before = reamintire înainte de termen
choice-reminder-after = reamintire după termen
choice-sent = trimis
choice-delivered = livrat
choice-failed = nu a ajuns
reason-mailing-step = Avize emise
reason-message-told = MNotify a comunicat starea mesajului
choice-month-1 = ianuarie
choice-month-2 = februarie
choice-month-3 = martie
choice-month-4 = aprilie
choice-month-5 = mai
choice-month-6 = iunie
choice-month-7 = iulie
choice-month-8 = august
choice-month-9 = septembrie
choice-month-10 = octombrie
choice-month-11 = noiembrie
choice-month-12 = decembrie
