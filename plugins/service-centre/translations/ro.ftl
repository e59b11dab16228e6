date-words = { $weekday ->
    [1] luni
    [2] marți
    [3] miercuri
    [4] joi
    [5] vineri
    [6] sâmbătă
   *[7] duminică
 }, { $day } { $month ->
    [1] ianuarie
    [2] februarie
    [3] martie
    [4] aprilie
    [5] mai
    [6] iunie
    [7] iulie
    [8] august
    [9] septembrie
    [10] octombrie
    [11] noiembrie
   *[12] decembrie
 }
standing-words = { $standing ->
    [booked] programat
    [arrived] a venit
    [served] servit
    [missed] nu s-a prezentat
   *[cancelled] anulat
 }
places-words = { $places ->
    [one] un loc liber
    [few] { $places } locuri libere
   *[other] { $places } de locuri libere
 }

home-title = Azi
home-today = Azi, { date-words }
home-expected = Vizitatori de primit azi
home-waiting = Așteaptă acum
home-free = Locuri libere azi
home-next = Cine urmează
home-nobody = Azi nu mai este nimeni programat.
home-displaced = { $count ->
    [one] O programare nu se mai potrivește cu programul
    [few] { $count } programări nu se mai potrivesc cu programul
   *[other] { $count } de programări nu se mai potrivesc cu programul
 }

day-title = Vizitatori: { date-words }
day-before = Ziua dinainte: { date-words }
day-after = Ziua următoare: { date-words }
day-all-counters = Toate ghișeele
day-empty = În această zi nu este nimeni programat.
day-counter = { $counter }
day-done = Încheiate și anulate
day-monday = Luni
day-tuesday = Marți
day-wednesday = Miercuri
day-thursday = Joi
day-friday = Vineri
day-saturday = Sâmbătă
day-sunday = Duminică
day-line = { date-words }: { places-words }
visitor-heading = { $time } { $who }
visitor-text = { $service }. Numărul { $number }, { standing-words }.
visitor-line = { $time } { $who }: { $service } ({ standing-words })

visit-title = Vizita de { date-words }, ora { $time }
visit-open = Deschide vizita
visit-standing = Vizita: { standing-words }
visit-called = A fost chemat(ă) la { $counter }
visit-what = Ce s-a întâmplat?
visit-change = Schimbă vizita
mark-arrived = A venit
mark-served = Servit
mark-missed = Nu s-a prezentat
mark-undo = Înapoi: a fost o greșeală
marked = S-a notat: { standing-words }.
move-link = Mută la altă oră sau la alt ghișeu
cancel-title = Anulează vizita
cancel-submit = Anulează vizita
cancel-reason = Motivul anulării
cancelled = Vizita a fost anulată
cancelled-text = Vizitatorul află prin MNotify, cu motivul scris de dumneavoastră.
reason-told-hint = Vizitatorul îl citește. Nu scrieți date personale.
reason-phone = Telefon nou, spus la programare
changed-title = Nu s-a făcut nimic: între timp s-a schimbat
changed-text = Un coleg sau vizitatorul a fost mai rapid. Priviți cum este acum și încercați din nou.
displaced-title = Programări care nu se mai potrivesc
displaced-warning = Aceste programări rămân, dar ghișeul nu mai primește atunci
displaced-text = S-au schimbat orele, serviciile sau zilele libere. Mutați fiecare programare; vizitatorul este anunțat.
displaced-line = { date-words }, ora { $time }: { $who }, { $service }, { $counter }
displaced-none = Toate programările se potrivesc cu programul ghișeelor.

book-title = Programează un vizitator
book-services = Pentru ce serviciu?
book-no-services = Niciun ghișeu nu dă acum vreun serviciu. Stabiliți mai întâi serviciile și orele.
book-submit = Programează
book-visitor-hint = IDNP, IDNO sau numele cuiva care a mai fost programat aici.
book-phone-hint = Ca să îl puteți suna dacă se schimbă ceva.
service-line = { $title }
chosen-title = Ce ați ales
days-title = În ce zi?
days-none = În următoarele două luni nu este niciun loc liber.
days-later = Zile mai târzii
days-other = Altă zi
hours-of = La ce oră? { date-words }
hours-none = În această zi nu mai este niciun loc liber.
hours-other = Altă oră
hour-line = ora { $time }: { places-words }
hour-chosen = { date-words }, ora { $time }, { $counter }
taken-title = Locul tocmai a fost luat
taken-text = Altcineva a fost programat la această oră. Alegeți altă oră.
passed-title = La această oră nu se mai primește
passed-text = Ora a trecut sau programul ghișeului s-a schimbat. Alegeți altă zi.
move-title = Mută vizita: { $who }
move-from = Acum: { date-words }, ora { $time }, { $counter }
move-submit = Mută vizita
move-reason = Motivul mutării

queue-title = Coada de azi
queue-waiting = Cine așteaptă, în ordinea chemării
queue-empty = Nu așteaptă nimeni.
queue-all = Toți cei care așteaptă
call-title = Cheamă următorul
call-submit = Cheamă la { $counter }
call-nobody = Nu așteaptă nimeni pentru acest ghișeu
call-nobody-text = Cei programați apar în coadă la ora lor.
call-no-week = Ghișeul nu are încă un program.
give-title = Dă un bilet
give-text = Pentru cine a venit fără programare. Alegeți serviciul.
give-submit = Bilet: { $service }
give-none = Azi niciun ghișeu nu primește.
give-not-today = Azi acest serviciu nu se dă la niciun ghișeu.
ticket-given = Biletul { $number }
ticket-called = { $number } este chemat la { $counter }

calendar-title = Calendarul ghișeelor
calendar-of = Calendar: { $counter }
calendar-only = Numai { $counter }
calendar-open = Deschide ziua
calendar-days = Vizitatori pe zile
calendar-empty = Nu este nimeni programat.
calendar-line = { $counter }: { $count ->
    [one] un vizitator
    [few] { $count } vizitatori
   *[other] { $count } de vizitatori
 }
calendar-closed = { $counter }: închis

counters-title = Ghișee
counters-none = Primăria nu are încă niciun ghișeu
counters-none-text = Administratorul le înscrie în „Setări”, la „Ghișee”.
counters-text = Ghișeele noi le înscrie administratorul în „Setări”.
counter-open = Deschide: { $counter }
counter-no-week = Nu are încă un program: nimeni nu se poate programa.
counter-no-services = Nu dă niciun serviciu: nimeni nu se poate programa.
counter-gives = Servicii: { $services }
counter-day = Vizitatorii de azi
counter-calendar = Calendarul ghișeului
counter-head-only = Programul îl schimbă responsabilul de ghișee.
week-now = Programul de acum
week-from = Programul de { date-words }
hours-title = Schimbă programul
hours-submit = Păstrează programul
hours-since = Începând cu
hours-since-hint = Până atunci rămâne programul vechi.
hours-day-hint = De exemplu: 8:00-12:00, 13:00-16:30. Lăsați necompletat dacă nu se lucrează.
hours-minutes-hint = De la 5 la 480.
hours-places-hint = Câți vizitatori pot fi primiți în același timp, de obicei unul.
hours-saved = Programul este păstrat și ține de { date-words }.
hours-saved-no-services = Alegeți acum serviciile care se dau la acest ghișeu.
services-title = Ce servicii se dau aici
services-given = Se dă aici
services-submit = Păstrează serviciile
services-saved = Serviciile sunt păstrate.
services-saved-no-hours = Stabiliți acum orele în care se primește.
close-title = Închide ghișeul un timp
close-submit = Închide ghișeul
close-from = Din ziua
close-from-hour = De la ora
close-from-hour-hint = De exemplu 13:00. Necompletat înseamnă de la începutul zilei.
close-to = Până în ziua
close-to-hour = Până la ora
close-to-hour-hint = Necompletat înseamnă până la sfârșitul zilei.
close-everywhere = Închide toate ghișeele
close-reason = Motivul
close-reason-hint = Cei programați atunci sunt anulați și citesc acest motiv. Nu scrieți date personale.
closed-line = Închis: { $from } – { $until }
closed-done = Ghișeul este închis. Nimeni nu era programat atunci.
closed-title = Ghișeul este închis
closed-cancelled = { $count ->
    [one] O programare a fost anulată
    [few] { $count } programări au fost anulate
   *[other] { $count } de programări au fost anulate
 }
closed-cancelled-text = Vizitatorii află prin MNotify. Pe cei de azi și de mâine mai bine îi sunați.
closed-visitors = Ale cui erau
reopen-submit = Deschide din nou
reopen-confirm = Deschideți ghișeul înainte de termen? Vizitele anulate rămân anulate.
reopened = Ghișeul este din nou deschis
reopened-text = Vizitele anulate rămân anulate: vizitatorii se pot programa din nou.

field-service = Serviciul
field-counter = Ghișeul
field-minutes = O vizită ține, minute
field-places = Vizitatori deodată
field-number = Numărul programării
field-phone = Telefon
field-note = Motivul scris la schimbare
field-visitor = Vizitatorul
field-when = Când
field-ticket = Bilet sau programare
field-since = De la ora

wrong-hours-unreadable = Scrieți orele așa: 8:00-12:00, 13:00-16:30.
wrong-hours-order = Ora închiderii trebuie să fie după ora deschiderii.
wrong-hours-overlap = Părțile zilei se suprapun sau nu sunt în ordine.
wrong-hours-short = Între deschidere și închidere nu încape nicio vizită.
wrong-minutes = Scrieți un număr de la 5 la 480.
wrong-places = Scrieți un număr de la 1 la 50.
wrong-since-past = Alegeți ziua de azi sau una care urmează.
wrong-hour = Scrieți ora așa: 13:00.
wrong-close-order = Sfârșitul trebuie să fie după început.
wrong-close-past = Acest timp a trecut.
wrong-close-long = Un ghișeu se închide cel mult pe un an.
wrong-reason-long = Motivul este prea lung. Scrieți-l pe scurt.
wrong-too-many = Această persoană are deja zece programări.

denied-screen = Acest lucru nu este deschis
denied-title = { $capability ->
    [appointments] Programările nu sunt deschise acestui modul
    [catalogue] Denumirile serviciilor nu sunt deschise acestui modul
    [registers] Registrul vizitatorilor nu este deschis acestui modul
   *[other] Primăria nu a deschis acest lucru modulului
 }
denied-text = { $rule ->
    [revoked] Primăria a retras acest drept. Îl poate restabili administratorul primăriei.
    [expired] Termenul pentru care a fost dat acest drept a trecut. Îl poate prelungi administratorul primăriei.
    [parts] Dreptul acordat nu cuprinde această parte. Îl poate întregi administratorul primăriei.
    [services] Dreptul acordat nu cuprinde acest serviciu.
    [counters] Dreptul acordat nu cuprinde acest ghișeu.
   *[other] Primăria nu a acordat acest drept. Îl poate acorda administratorul primăriei.
 }

guide-title = Ghid scurt
guide-text = Cum lucrați la ghișee, în ordine.
guide-counters = 1. Ghișeele
guide-counters-text = Administratorul înscrie în „Setări” fiecare ghișeu: numele și locul lui. Apoi ghișeul apare la „Ghișee”.
guide-hours = 2. Programul
guide-hours-text = Responsabilul deschide ghișeul, scrie orele fiecărei zile și bifează serviciile. De atunci locurile libere se văd pe telefoane. La o schimbare, programările care nu se mai potrivesc apar pe prima pagină, ca să le mutați.
guide-day = 3. În fiecare zi
guide-day-text = Prima pagină arată cine urmează. Apăsați „A venit”, apoi „Servit” sau „Nu s-a prezentat”. Dacă ați greșit, apăsați „Înapoi”.
guide-book = 4. Cine sună sau vine
guide-book-text = La „Programează” alegeți serviciul, ziua și ora, apoi persoana după IDNP. Mutarea și anularea se fac din pagina vizitei; vizitatorul află prin MNotify.
guide-queue = 5. Coada
guide-queue-text = Cine vine fără programare ia un bilet. „Cheamă” aduce întâi pe cei programați, la ora lor, apoi biletele în ordine.
guide-closing = 6. Când ghișeul nu primește
guide-closing-text = Închideți ghișeul cu zilele, orele și motivul. Cei programați atunci sunt anulați și anunțați; pe cei de azi și de mâine mai bine îi sunați.
