acts-title = Actele primăriei și ale consiliului local
acts-words = Caută după număr sau titlu
acts-kind = Felul actului
acts-year = Anul
acts-search = Caută
acts-nothing = Niciun act nu corespunde căutării.
acts-none = Nu s-a publicat niciun act.
acts-later = Acte mai noi
acts-earlier = Acte mai vechi
act-number = Numărul
act-date = Data
act-title = Titlul
act-in-force = În vigoare din
act-repealed = abrogat
act-decision = Decizie a consiliului local
act-disposition = Dispoziție a primarului
act-minutes = Proces-verbal
act-notice = Anunț
acts-count = { $count ->
    [one] Un act
    [few] { $count } acte
   *[other] { $count } de acte
  }
