# Paginile platformei.
landing-title = Lucrul primăriei, într-un singur loc
landing-text =
    Registre, avize de plată, documente și servicii ale primăriei dumneavoastră.
    Intrați cu MPass, același cont cu care intrați în celelalte servicii ale statului.
hand-over-title = Treceți la { $service }
hand-over-text = { $service } este alt serviciu al statului. Pagina lui se deschide de la sine; dacă nu, apăsați butonul.
hand-over-continue = Continuați la { $service }
landing-rights = Datele dumneavoastră
landing-rights-text = Fiecare privire asupra datelor unei persoane se înscrie într-un jurnal care nu poate fi schimbat pe ascuns: cine, când, cu ce temei.
choose-municipality = Alegeți primăria
no-municipality = Nu aveți un rol în nicio primărie
no-municipality-text = Cereți administratorului primăriei în care lucrați să vă atribuie un rol.
modules = Module
no-modules = Niciun modul nu este deschis pentru rolul dumneavoastră
no-modules-text = Administratorul primăriei instalează modulele și atribuie rolurile.
module-disabled = Oprit
module-works = Lucrează
module-unreadable = Pachetul nu poate fi citit
administration = Administrare
administration-text = Modulele și drepturile lor, jurnalul de audit, ce a sosit din afară.
status = Starea
request-id = Numărul cererii
to-municipality = Înapoi la pagina primăriei
to-start = Înapoi la început
not-found = Pagina nu există
not-found-text = La această adresă nu este nimic.
not-found-advice = Dacă ați scris adresa, verificați-o. Dacă ați ajuns aici dintr-un link, pagina a fost mutată sau ceea ce arăta nu mai există.
denied = Nu aveți acces
denied-roles = { $count ->
    [one] Această pagină este deschisă pentru rolul: { $roles }.
   *[other] Această pagină este deschisă pentru rolurile: { $roles }.
 }
denied-nobody = Această pagină nu este deschisă pentru rolul dumneavoastră.
denied-advice = Dacă aveți nevoie de ea la lucru, adresați-vă administratorului primăriei.
session-expired = Sesiunea s-a încheiat
session-expired-text =
    Ați lipsit mai mult timp, așa că v-am scos din cont pentru siguranță. Ceea ce ați scris în formular nu a fost trimis și nimic nu s-a schimbat.
    Intrați din nou și continuați.
withheld = Modulul nu are acest drept
withheld-advice = Nimic nu s-a schimbat. Administratorul primăriei vede drepturile modulului în Administrare.

acting-title = Acționați în numele altcuiva
acting-card = Mandatele pe care le-ați primit prin MPower.
acting-text = Dacă cineva v-a dat un mandat prin MPower, puteți acționa în numele acelei persoane. Fiecare pagină arată în numele cui lucrați, iar jurnalul de audit păstrează mandatul.
acting-none = Nu aveți niciun mandat în vigoare
acting-none-text = Un mandat se dă pe portalul MPower, de către persoana pe care o reprezentați. După ce este acceptat, apare aici.
acting-choose = În numele cui acționați?
acting-self = Pentru mine însumi
acting-submit = Continuați
acting-until = până la { $date }
acting-for = Acționați în numele:
acting-change = Schimbați

signing-title = De semnat
signing-card = Documentele care așteaptă semnătura dumneavoastră.
signing-waits = { $count ->
    [one] { $count } cerere
    [few] { $count } cereri
   *[other] { $count } de cereri
  }
signing-many = { $count ->
    [one] { $count } document de semnat
    [few] { $count } documente de semnat
   *[other] { $count } de documente de semnat
  }
signing-documents = { $count ->
    [one] { $count } document
    [few] { $count } documente
   *[other] { $count } de documente
  }
signing-text = Citiți documentele, bifați-le și semnați-le pe toate odată prin MSign.
signing-queue = Așteaptă semnătura dumneavoastră
signing-empty = Nimic nu așteaptă semnătura dumneavoastră.
signing-what = Cererea
signing-document = Documentul
signing-reason = Motivul semnării
signing-module = Modulul
signing-until = Până la
signing-state = Starea
signing-ready = De semnat
signing-unready = Se întocmește
signing-continue = Continuați la MSign
signing-note = Nu s-a semnat, încercați din nou
signing-note-expired = Termenul de la MSign a trecut, semnați din nou
signing-note-superseded = Altcineva a semnat între timp, semnați din nou
signing-sign = Semnați
signing-refuse = Refuzați
signing-refuse-reason = De ce refuzați să semnați?
signing-refuse-hint = Motivul ajunge la cine a cerut semnătura. Cel mult 500 de caractere, fără date cu caracter personal.
signing-reason-missing = Scrieți motivul refuzului
signing-none-ticked = Bifați cel puțin o cerere
signing-refusal-kept = Refuzul a fost înregistrat
signing-preparing = Documentele se trimit la MSign
signing-preparing-text = Pagina vă duce mai departe de îndată ce MSign răspunde. O puteți închide: cererea rămâne în lista de semnat.
signing-checked = Semnătura se verifică
signing-checked-text = MSign este întrebat dacă ați semnat. Dacă v-ați întors fără să semnați, continuați la MSign.
signing-done = Documentele sunt semnate
signing-done-text = Semnăturile au fost verificate și păstrate.
signing-refused = Documentele nu au fost semnate
signing-refused-text = La MSign semnarea a fost refuzată sau nu a reușit. Cine a cerut semnătura află și o poate cere din nou.
signing-expired = Termenul de la MSign a trecut
signing-expired-text = Nimic nu a fost semnat. Cererile vă așteaptă în continuare.
signing-gone = Cererea nu mai așteaptă
signing-gone-text = A fost retrasă, a expirat sau a fost semnată între timp.
signing-failed = Semnătura nu a putut fi acceptată
signing-failed-text = Ceea ce a venit de la MSign nu corespunde documentelor trimise sau semnatarului. Nimic nu a fost păstrat; operatorul vede motivul.
check-signed = Semnături electronice
check-signatures-hold = { $count ->
    [one] { $count } semnătură valabilă
    [few] { $count } semnături valabile
   *[other] { $count } de semnături valabile
  }
check-signatures-fail = Cel puțin o semnătură nu este valabilă
check-signatures-unknown = Semnat; semnăturile nu pot fi verificate acum
