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
