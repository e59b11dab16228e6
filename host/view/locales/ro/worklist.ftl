# Lista de lucru, sarcini, lucrări de durată.
work = Ce este de făcut
work-mine = Ale mele
work-unassigned = Neatribuite
work-overdue = Întârziate
work-all = Toate
work-signing = De semnat
work-payment = În așteptarea plății
work-mine-caption = Sarcinile mele
work-unassigned-caption = Sarcini pe care nu le-a preluat nimeni
work-overdue-caption = Sarcini cu termenul depășit
work-all-caption = Toate sarcinile mele și ale rolurilor mele
work-payment-caption = Ordine de plată neachitate
work-mine-empty = Nu aveți nicio sarcină. Cele pe care nu le-a preluat nimeni sunt la „Neatribuite”.
work-unassigned-empty = Toate sarcinile au fost preluate.
work-overdue-empty = Nimic nu este întârziat.
work-all-empty = Nu este nimic de făcut acum.
work-payment-empty = Niciun ordin de plată nu așteaptă.
work-task = Sarcina
work-module = Modulul
work-due = Termenul
work-assignee = Responsabil
work-more = Detalii
work-details = Detalii
work-claim = Preiau
work-urgent = urgent
work-order = Numărul
work-reason = Motivul
work-rest = Rămas de plată
work-due-today = astăzi
work-due-in = { $count ->
    [0] înainte de următoarea zi lucrătoare
    [one] peste o zi lucrătoare
    [few] peste { $count } zile lucrătoare
   *[other] peste { $count } de zile lucrătoare
 }
work-late-by = { $count ->
    [0] termen depășit
    [one] întârziat cu o zi lucrătoare
    [few] întârziat cu { $count } zile lucrătoare
   *[other] întârziat cu { $count } de zile lucrătoare
 }

task-standing = Starea
task-open = Neatribuită
task-claimed = În lucru
task-done = Îndeplinită
task-cancelled = Anulată
task-kind = Felul sarcinii
task-role = Rolul
task-priority = Prioritatea
task-priority-low = scăzută
task-priority-normal = obișnuită
task-priority-high = urgentă
task-note = Notă
task-release = Renunț la ea
task-assign = Atribuiți altcuiva
task-assign-to = Cui
task-assign-reason = Motivul
task-assign-hint = De exemplu: concediu, altă repartizare a lucrului. Rămâne în istoricul sarcinii.
task-assign-submit = Atribuiți
task-reason-missing = Scrieți motivul: sarcina este luată de la cineva.
task-reason-long = Scrieți motivul în cel mult 500 de caractere.
task-no-holder = Alegeți pe cineva care deține rolul.
task-history = Ce s-a întâmplat
task-turn-opened = Deschisă
task-turn-claimed = Preluată
task-turn-assigned = Atribuită
task-turn-released = Eliberată
task-turn-postponed = Amânată
task-turn-completed = Îndeplinită
task-turn-cancelled = Anulată
task-said-claimed = Sarcina este a dumneavoastră
task-said-assigned = Sarcina a fost atribuită
task-said-released = Sarcina este din nou neatribuită
task-said-conflict = Altcineva a schimbat sarcina între timp
task-said-conflict-text = Nu s-a schimbat nimic. Vedeți mai jos cum stă acum.

jobs-title = Lucrări de durată
jobs-caption = Ultimele lucrări
jobs-empty = Nicio lucrare nu a fost pornită încă.
job-what = Lucrarea
job-standing = Starea
job-progress = Cât s-a făcut
job-created = Pornită
job-ended = Încheiată
job-by = Pornită de
job-by-itself = modul, la timpul stabilit
job-note = Notă
job-waiting = Urmează
job-running = În lucru
job-retrying = Se încearcă din nou
job-stopping = Se oprește
job-finished = Încheiată
job-failed = Nu s-a încheiat
job-cancelled = Oprită
job-done = { $done } făcute
job-done-of = { $done } din { $total }
job-cancel = Opriți lucrarea
job-look-again = Vedeți cât s-a făcut
job-back = Înapoi la pagina de unde ați pornit lucrarea
job-tried-again = Ultimul pas nu a reușit și se încearcă din nou
job-failed-title = Lucrarea nu a putut fi dusă la capăt. Ce s-a făcut până acum rămâne.
job-over-budget = Pasul a depășit limita acordată modulului: { $budget }.
job-unavailable = Un serviciu de care are nevoie nu răspunde.
job-not-found = Ceva de care are nevoie nu mai există.
job-conflict = Alții au schimbat mereu aceleași date.
job-broke = Modulul are o defecțiune; operatorul o vede în jurnal.
job-said-cancelled = Lucrarea se oprește după pasul în curs

audit-job = Lucrare de durată
audit-task = Sarcină
parameter-modules = Module ale căror sarcini le vede
