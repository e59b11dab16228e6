# Действия для нескольких записей.
tick-all = Все найденные ({ $count }), а не только отмеченные на этой странице
bulk-count = { $count ->
    [0] Вы не выбрали ни одной записи.
    [one] Действие будет выполнено для { $count } записи.
   *[other] Действие будет выполнено для { $count } записей, для каждой отдельно.
 }
bulk-first = Показаны первые { $count }.
bulk-title = Действие для нескольких записей
bulk-results = Что сделано с каждой записью
bulk-done = выполнено
bulk-refused = отказано
bulk-waiting = ожидает
bulk-result = Результат
bulk-reason = Причина
bulk-place = №
bulk-entry = Запись
bulk-row = Строка { $place }
bulk-counts = Выполнено: { $done }. Отказано: { $refused }.
bulk-csv = Скачать все результаты в CSV
bulk-too-many = Записей больше { $count }. Сузьте поиск.
