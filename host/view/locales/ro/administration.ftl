# Administrare: module, drepturi, audit, intrări.
modules-installed = Module instalate
version = Versiunea
publisher = Autorul
installed-at = Instalat la
digest = Amprenta pachetului (SHA-256)
grants = Drepturi
grants-text = Modulul poate face doar ceea ce a cerut și primăria i-a acordat. Un drept retras își pierde efectul la cererea următoare; modulul lucrează mai departe fără el.
grants-none = Modulul nu cere niciun drept.
grant-absent = Neacordat
grant-holds = Acordat
grant-revoked = Retras
grant-expired = Expirat
grant-until = Valabil până la
purpose = Scopul
legal-basis = Temeiul legal
granted = Acordat la
revoked-at = Retras la
operator = operatorul platformei
at-most = cel mult { $limit }
parameter-narrowed = { $given } (modulul cere: { $asked })
parameter-registers = Registre
parameter-services = Servicii
parameter-accounts = Conturi
parameter-ceiling = Plafonul unei plăți
parameter-templates = Șabloane
parameter-fields = Câmpuri
setting = Setarea „{ $name }”
grant-reason = Temeiul acordării dreptului „{ $capability }”
grant-submit = Acordați
revoke-reason = Motivul retragerii dreptului „{ $capability }”
revoke-submit = Retrageți
restore-reason = Motivul restabilirii dreptului „{ $capability }”
restore-submit = Restabiliți

audit-trail = Jurnal de audit
verify-trail = Verificați integritatea jurnalului
audit-rows = Înscrieri, cele mai noi întâi
audit-kind = Felul
audit-empty = Nicio înscriere de acest fel.
filter = Filtrați
show-all = Arătați toate
older = Înscrieri mai vechi
sequence = Nr.
when = Când
who = Cine
what = Ce
about = Despre cine
nobody = sistemul
audit-action-begun = Acțiune începută
audit-action-kept = Acțiune încheiată
audit-action-failed = Acțiune nereușită
audit-look = Date văzute
audit-export = Date exportate
audit-denial = Refuz
audit-received = Sosit din afară
audit-handled = Prelucrat
audit-stopped = Oprit
audit-parked = Pus deoparte
audit-module = Modul
audit-grant = Drept
audit-document = Document
audit-administration = Administrare
audit-session = Sesiune
channel-portal = portal
channel-evo = EVO
channel-counter = ghișeu
channel-command-line = linie de comandă
channel-event = eveniment
channel-job = lucrare
audit-unbroken = { $rows ->
    [one] Jurnalul este întreg: o înscriere verificată.
    [few] Jurnalul este întreg: { $rows } înscrieri verificate.
   *[other] Jurnalul este întreg: { $rows } de înscrieri verificate.
 }
audit-broken = Jurnalul a fost atins
fault-altered = Înscrierea { $row } a fost schimbată sau mutată.
fault-missing = Lipsesc înscrieri începând cu { $row }.
fault-cut-off = Sfârșitul jurnalului a fost tăiat după înscrierea { $row }.
fault-rewritten = Jurnalul a fost rescris: înscrierea { $row } nu mai este cea semnată.
fault-forged = Semnătura punctului de control de la înscrierea { $row } nu este a platformei.
fault-index = Lista persoanelor la care se referă înscrierea { $row } diferă de înscriere.

inbox = Intrări
inbox-text = Confirmări și evenimente sosite din afară care încă nu au fost prelucrate de modulul lor. Nimic din ce a sosit nu se pierde.
inbox-open = Neprelucrate, cele mai vechi întâi
inbox-empty = Tot ce a sosit a fost prelucrat.
inbox-waiting = Așteaptă
inbox-parked = Pus deoparte
inbox-done = Prelucrat
inbox-wake = Încercați din nou: { $module }
received-at = Sosit la
event = Evenimentul
event-id = Identificatorul
event-mpay-paid = Plată confirmată de MPay
attempts = Încercări

services = Servicii guvernamentale
services-text = Starea serviciilor de care depind modulele. Când unul nu răspunde, doar funcțiile lui sunt oprite, iar ce așteaptă pleacă îndată ce revine.
services-connected = Servicii conectate
services-none = Nu este conectat niciun serviciu.
service = Serviciul
service-answers = Fără probleme
service-down = Nu răspunde
service-tried = Este încercat
service-mnotify = MNotify: mesaje
service-mconnect-events = MConnect: evenimente
service-documents = Documente
service-msign = MSign: semnături
certificate-holds = { $days ->
    [one] Certificatul de sistem mai este valabil o zi.
    [few] Certificatul de sistem mai este valabil { $days } zile.
   *[other] Certificatul de sistem mai este valabil { $days } de zile.
 }
certificate-ends = { $days ->
    [0] Certificatul de sistem expiră astăzi
    [one] Certificatul de sistem expiră într-o zi
    [few] Certificatul de sistem expiră în { $days } zile
   *[other] Certificatul de sistem expiră în { $days } de zile
 }
certificate-ended = Certificatul de sistem a expirat
certificate-advice = Operatorul platformei trebuie să ceară la STISC un certificat nou și să îl pună în dosarul de date; este citit fără repornire.
outbox-open = Așteaptă să plece
outbox-empty = Tot ce trebuia să plece a plecat.
outbox-sent = Trimis, se urmărește
outbox-since = Din

parameter-data-sets = Seturi de date
parameter-contents = Feluri de mesaje
parameter-publishes = Evenimente anunțate altor instituții
parameter-listens = Evenimente aflate de la alte instituții
parameter-event-fields = Câmpuri de eveniment citite de modul
parameter-kinds = Feluri
parameter-others = Mandate ale altor persoane
parameter-media-types = Tipuri de fișiere
parameter-roles = Roluri
parameter-parts = Părți ale dreptului (programări: booking – vizitatori, calendar – program, queue – bonuri; cereri: applications – depunere, handling – soluționare)
parameter-counters = Ghișee
is-personal = date cu caracter personal
setting-account = IBAN-ul contului trezorerial pentru „{ $name }”
setting-account-hint = Conturile se adaugă la Setări, Conturile trezoreriale
setting-template = Identificatorul din MNotify al șablonului „{ $name }”
setting-kind = Denumirea tipului de mandat { $name }
setting-kind-hint = Poate rămâne gol: se arată denumirea din MPower

settings = Datele primăriei
settings-text = Ce a stabilit primăria o singură dată pentru toate modulele: adresa, conturile, zilele nelucrătoare și cotele aprobate de consiliul local. Fiecare valoare are data de la care se aplică; ce s-a aplicat înainte rămâne valabil pentru trecut.
setting-name = Denumirea
setting-holds = Valoarea de azi
setting-since = Se aplică de la
setting-decision = Decizia (numărul și data)
setting-missing = Necompletat
setting-rows = { $count ->
    [one] { $count } rând
    [few] { $count } rânduri
   *[other] { $count } de rânduri
}
setting-empty = Încă nu a fost completat nimic.
setting-no-rows = Niciun rând.
setting-now = Se aplică din { $date }
setting-from = Se va aplica din { $date }
setting-change-head = Modificare
setting-change-row = Modificați rândul { $row }
setting-remove-row = Ștergeți rândul { $row }
setting-add = Adăugați un rând
setting-change = Modificați rândul
setting-save = Modificați
setting-submit = Salvați
setting-cancel = Renunțați
setting-history = Istoricul modificărilor
setting-entered = Introdus la
setting-by = Introdus de
connection = Cererea de conectare la MConnect
connection-text = Cererea se întocmește din drepturile pe care primăria le-a acordat modulelor: ce date, în ce scop și pe ce temei. După semnare, transmiteți-o Agenției de Guvernare Electronică, care răspunde în cel mult 30 de zile (HG nr. 211/2019).
connection-who = Cine solicită
connection-name = Instituția
connection-idno = IDNO
connection-address = Adresa
connection-contact = Persoana de contact
connection-system = Sistemul informațional
connection-certificate = Certificatul de sistem
connection-owner = Deținătorul datelor
connection-plain = Date fără caracter personal
connection-personal = Date cu caracter personal
connection-not-ready = Cererea nu poate fi întocmită încă
connection-no-details = Completați adresa și persoana de contact în datele primăriei.
connection-no-idno = Operatorul platformei trebuie să înscrie IDNO-ul primăriei.
connection-nothing = Niciun modul nu are dreptul să consulte date prin MConnect.
connection-set-wrong = Dreptul asupra setului de date „{ $set }” nu corespunde catalogului: retrageți-l și acordați-l din nou.
connection-grant-thin = Un drept asupra MConnect nu are câmpuri, scop sau temei legal: retrageți-l și acordați-l din nou.
connection-details = Datele primăriei
connection-questions = Interogări pe zi, cel mult, pentru fiecare set de date
connection-questions-hint = De exemplu, 200
connection-draw-up = Întocmiți cererea
connection-submit = Întocmiți și trimiteți la semnat
connection-drawn = Cereri întocmite
connection-at = Întocmită la
connection-file = Document
connection-waits = Așteaptă semnătura
connection-unsigned = Nesemnată
connection-signed = Semnată

officials = Funcționari
officials-text = Cine lucrează în portal și cu ce roluri. Fiecare intră cu MPass; rolurile de aici hotărăsc ce vede și ce poate face, nu cele trimise de MPass.
official-name = Numele și prenumele
official-name-hint = Ca în buletin, de exemplu Rusu Ana
official-idnp = IDNP
official-idnp-hint = 13 cifre; după el persoana este recunoscută la intrarea cu MPass
official-roles = Roluri
official-roles-hint = Alegeți tot ce i se potrivește
official-roles-of = Rolurile: { $name }
official-handle = Nume scurt
official-add = Adăugați un funcționar
official-add-submit = Adăugați
official-save = Salvați rolurile
official-ends = Încetarea accesului
official-ends-text = Persoana nu va mai putea lucra în portal. Tot ce a făcut rămâne în registre și în jurnal, sub numele ei.
official-remove = Retrageți accesul
audit-who = Cine
audit-module-filter = Modulul
audit-from = De la data
audit-until = Până la data
audit-anyone = Oricine
audit-any-module = Toate modulele
did-look = a văzut
did-export = fișier descărcat
did-document = document deschis
did-setting = setare modificată
did-install = modul instalat
did-enable = modul pornit
did-disable = modul oprit
did-grant = drept acordat
did-revoke = drept retras
did-restore = drept restabilit
did-budgets = limite modificate
did-official-put = funcționar adăugat sau cu roluri schimbate
did-official-drop = acces retras
did-tenant-add = primărie adăugată
did-tenant-change = datele primăriei modificate
did-sign-in = a intrat
did-sign-out = a ieșit
did-acting = în numele cui lucrează
did-sign = semnat
did-sign-begun = trimis la semnat
did-sign-refused = semnare refuzată
did-sign-expired = termenul de semnare a trecut
did-inbox-wake = intrare reluată
did-outbox-wake = trimitere reluată
did-audit = jurnalul de audit
did-publish = publicat
did-repeal = abrogat
audit-people = { $count ->
    [one] o persoană
    [few] { $count } persoane
   *[other] { $count } de persoane
  }
audit-export-csv = Descărcați (CSV)
audit-call = Apelul
audit-detail = Amănunte
