# Acțiuni pentru mai multe înregistrări.
tick-all = Toate cele { $count } găsite, nu numai cele alese pe această pagină
bulk-count = { $count ->
    [0] Nu ați ales nicio înregistrare.
    [one] Acțiunea se va efectua pentru o înregistrare.
    [few] Acțiunea se va efectua pentru { $count } înregistrări, pentru fiecare aparte.
   *[other] Acțiunea se va efectua pentru { $count } de înregistrări, pentru fiecare aparte.
 }
bulk-first = Se arată primele { $count }.
bulk-title = Acțiune pentru mai multe înregistrări
bulk-results = Ce s-a făcut cu fiecare înregistrare
bulk-done = efectuat
bulk-refused = refuzat
bulk-waiting = așteaptă
bulk-result = Rezultat
bulk-reason = Motivul
bulk-place = Nr.
bulk-entry = Înregistrarea
bulk-row = Rândul { $place }
bulk-counts = Efectuate: { $done }. Refuzate: { $refused }.
bulk-csv = Descărcați toate rezultatele ca CSV
bulk-too-many = Sunt mai mult de { $count } de înregistrări. Restrângeți căutarea.
