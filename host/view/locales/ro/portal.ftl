# Cadrul paginilor, tabele, valori.
skip-to-content = Săriți la conținutul principal
language = Limba
sign-in = Intrați prin MPass
sign-in-again = Intrați din nou prin MPass
sign-out = Ieșire
menu = Meniu
module = Modulul
breadcrumbs = Calea până aici
contents = Părțile paginii
footer = Vatra, găzduire de module pentru administrația publică locală. Fiecare modul vede doar ceea ce i-a permis primăria.
town-hall-of = Primăria { $name }
town-hall-of-district = Primăria { $name }, raionul { $district }
district-of = Raionul { $district }
untitled = Fără titlu
error = Eroare
there-is-a-problem = Ceva nu este în regulă
tone-neutral = Informație
tone-success = Reușit
tone-warning = Atenție
tone-danger = Important

yes = da
no = nu
no-value = nu este indicat
unknown-person = persoană necunoscută
being-numbered = în curs de numerotare
natural-person = Persoană fizică
company = Persoană juridică

search-in = Căutare
search = Căutați
clear-search = Ștergeți căutarea
rows-in-all = { $count ->
    [one] O înregistrare
    [few] { $count } înregistrări
   *[other] { $count } de înregistrări
 }
rows-found = { $count ->
    [0] Nicio înregistrare găsită
    [one] O înregistrare găsită
    [few] { $count } înregistrări găsite
   *[other] { $count } de înregistrări găsite
 }
nothing-found = Nu s-a găsit nimic. Încercați cu mai puține cuvinte sau cu alt număr.
table-total = Total
empty-table = Nu este nimic aici.
tick-column = Alegere
tick-row = Alegeți: { $row }
rows-ticked = { $count ->
    [0] Nu ați ales nicio înregistrare.
    [one] Ați ales o înregistrare.
    [few] Ați ales { $count } înregistrări.
   *[other] Ați ales { $count } de înregistrări.
 }
open = Deschideți
pages = Pagini
page = Pagina
previous-page = Înapoi
next-page = Înainte

order-title = Plată prin MPay
order-number = Numărul ordinului de plată
order-status = Starea
order-due = De plată
order-paid = Achitat
order-rest = Rămas de achitat
order-expires = Poate fi achitat până la
order-pay = Achitați prin MPay
order-unknown = Ordinul de plată nu există
order-active = Poate fi achitat
order-partially-paid = Achitat în parte
order-paid-status = Achitat
order-completed = Încheiat
order-expired = Expirat
order-cancelled = Anulat
order-refunding = În curs de restituire
order-refunded = Restituit

document-unknown = Nu există un astfel de document
document-standing = Starea
document-number = Numărul
document-issued-on = Emis la
document-valid-until = Valabil până la
document-note = Notă
document-download = Descarcă
document-received = Primit
document-making = În curs de întocmire
document-draft = Proiect
document-issued = Emis
document-annulled = Anulat
document-failed = Nu a putut fi întocmit
document-destroyed = Nimicit după expirarea termenului de păstrare
document-wait = Documentul se întocmește
document-wait-text = Pagina îl va descărca de îndată ce este gata. Durează câteva secunde.
check-title = Verificarea unui document
check-text = Introduceți codul de verificare tipărit pe document. Majusculele, spațiile și cratimele nu contează.
check-code = Codul de verificare
check-submit = Verificați
check-valid = Documentul este autentic și valabil
check-valid-text = Comparați datele de mai jos cu documentul pe care îl aveți.
check-unsigned = Documentul nu este încă semnat
check-unsigned-text = Primăria l-a întocmit, dar nu l-au semnat toți cei care trebuie. Până atunci nu este valabil.
check-expired = Documentul este autentic, dar nu mai este valabil
check-expired-text = Ultima lui zi de valabilitate a trecut.
check-annulled = Documentul a fost anulat
check-annulled-text = A fost emis aici și nu mai este valabil.
check-unknown = Niciun document nu are acest cod
check-unknown-text = Verificați dacă l-ați introdus așa cum este tipărit. Dacă da, documentul nu a fost emis de o primărie deservită de acest portal.
check-kind = Documentul
check-issuer = Emis de
check-again = Verifică alt document
check-busy = Prea multe verificări deodată
check-busy-text = Încercați din nou peste un minut.
