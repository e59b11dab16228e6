acts-title = Акты примэрии и местного совета
acts-words = Поиск по номеру или названию
acts-kind = Вид акта
acts-year = Год
acts-search = Найти
acts-nothing = Ни один акт не соответствует поиску.
acts-none = Акты ещё не публиковались.
acts-later = Более новые акты
acts-earlier = Более старые акты
act-number = Номер
act-date = Дата
act-title = Название
act-in-force = Действует с
act-repealed = отменён
act-decision = Решение местного совета
act-disposition = Распоряжение примара
act-minutes = Протокол
act-notice = Объявление
acts-count = { $count ->
    [one] { $count } акт
    [few] { $count } акта
   *[other] { $count } актов
  }
