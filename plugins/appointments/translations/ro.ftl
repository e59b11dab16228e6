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
    [booked] programată
    [arrived] ați venit
    [served] încheiată
    [missed] nu ați venit
   *[cancelled] anulată
 }
places-words = { $places ->
    [one] un loc liber
    [few] { $places } locuri libere
   *[other] { $places } de locuri libere
 }

home-title = Programări
home-guest = Aici vă programați la un ghișeu al primăriei, ca să nu așteptați la rând. Puteți muta sau anula vizita oricând înainte de ea, iar cu o zi înainte primiți o reamintire.
home-to-come = Vizitele care urmează
home-none = Nu aveți nicio programare.
home-past = Vizite trecute
past-line = { date-words }, ora { $time }: { $service } ({ standing-words })
sign-in-title = Intrați prin MPass ca să vă programați
sign-in-text = Locurile libere le vede oricine. Pentru programare primăria trebuie să știe pe cine așteaptă.
services-title = Servicii primite la ghișeu
services-text = Alegeți un serviciu ca să vedeți unde și când sunt locuri libere.
services-none = Primăria nu primește acum la ghișee prin programare.
service-line = { $title }
book-link = Programați o vizită
ticket-link = Bilet pentru coada de azi

field-service = Serviciul
field-counter = Ghișeul
field-place = Unde
field-minutes = Durata, minute
field-number = Numărul programării
field-note = Motivul

book-title = Programați o vizită
book-submit = Mă programez
move-title = Mutați vizita
chosen-title = Ce ați ales
counters-title = Alegeți ghișeul
counters-none = Niciun ghișeu nu dă acum acest serviciu. Alegeți altul sau întrebați la primărie.
counters-other = Alt ghișeu
days-title = Alegeți ziua
days-none = În următoarele două luni nu este niciun loc liber la acest ghișeu. Încercați peste câteva zile: locurile anulate se eliberează.
days-later = Zile mai târzii
days-other = Altă zi
day-line = { date-words }: { places-words }
hours-title = Alegeți ora: { date-words }
hours-none = În această zi nu mai este niciun loc liber. Alegeți altă zi.
hours-morning = Înainte de prânz
hours-afternoon = După prânz
hours-other = Altă oră
hour-line = ora { $time }: { places-words }
check-minutes = Vizita ține { $minutes } min. Veniți cu câteva minute înainte.
papers-title = Ce aduceți
paper-required = { $title }
paper-required-hint = { $title }: { $hint }
paper-optional = { $title }, dacă aveți
paper-optional-hint = { $title }, dacă aveți: { $hint }
taken-title = Locul tocmai a fost luat
taken-text = Altcineva s-a programat la această oră înaintea dumneavoastră. Alegeți altă oră sau altă zi.
passed-title = La această oră nu mai primește nimeni
passed-text = Ora a trecut sau programul ghișeului s-a schimbat. Alegeți altă zi.
too-many-title = Aveți deja zece programări
too-many-text = Anulați una dintre ele, apoi programați alta.

visit-title = Vizita dumneavoastră
visit-open = Deschide programarea
visit-when = { date-words }, ora { $time }
visit-note = Ce v-a scris primăria
visit-change = Nu puteți veni?
visit-called = Sunteți chemat(ă) la ghișeu
visit-passed = Ora vizitei a trecut.
visit-arrived = Ați venit la ghișeu.
visit-served = Vizita s-a încheiat.
visit-missed = Nu ați venit la această vizită.
visit-missed-text = Vă puteți programa din nou.
visit-cancelled = Vizita a fost anulată.
changed-title = Programarea s-a schimbat între timp
changed-text = Primăria sau dumneavoastră ați schimbat-o de pe alt dispozitiv. Iată cum este acum; nimic din ce ați cerut nu s-a făcut.
move-link = Mutați vizita la altă oră
move-instead = În loc de { date-words }, ora { $time }. Locul vechi se eliberează.
move-submit-title = Mutați vizita
move-submit = Mut vizita
move-reason = Motivul mutării
cancel-title = Anulați vizita
cancel-submit = Anulez vizita
cancel-reason = Motivul anulării
cancel-reason-hint = Îl citește funcționarul de la ghișeu. Nu scrieți date personale.

ticket-title = Coada de azi
ticket-number = Biletul dumneavoastră: { $service }
ticket-waits = Luat la ora { $time }. Așteptați să fiți chemat(ă).
ticket-waits-text = Păstrați această pagină: când vă vine rândul, aici apare ghișeul la care mergeți.
ticket-called = { $number }: mergeți la { $counter }
ticket-place = { $place }
ticket-take = Luați un bilet
ticket-take-text = Alegeți pentru ce ați venit. Cei programați sunt chemați la ora lor, ceilalți în ordinea biletelor.
ticket-none = Azi ghișeele nu primesc.
ticket-one = Aveți deja un bilet
ticket-one-text = Se ia câte un bilet. După ce sunteți chemat(ă), puteți lua altul.
ticket-not-today = Azi acest serviciu nu se dă la niciun ghișeu.

denied-title = { $capability ->
    [appointments] Programările nu sunt deschise acestui modul
    [catalogue] Denumirile serviciilor nu sunt deschise acestui modul
   *[other] Primăria nu a deschis acest lucru modulului
 }
denied-text = { $rule ->
    [revoked] Primăria a retras acest drept. Îl poate restabili administratorul primăriei.
    [expired] Termenul pentru care primăria a dat acest drept a trecut.
    [parts] Primăria nu a deschis și această parte.
    [services] Primăria nu a deschis acest serviciu.
    [counters] Primăria nu a deschis acest ghișeu.
    [others] Vă puteți programa numai pe dumneavoastră.
   *[other] Primăria nu a acordat acest drept. Programați-vă la primărie sau prin telefon.
 }
