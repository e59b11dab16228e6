date-words = { $weekday ->
    [1] понедельник
    [2] вторник
    [3] среда
    [4] четверг
    [5] пятница
    [6] суббота
   *[7] воскресенье
 }, { $day } { $month ->
    [1] января
    [2] февраля
    [3] марта
    [4] апреля
    [5] мая
    [6] июня
    [7] июля
    [8] августа
    [9] сентября
    [10] октября
    [11] ноября
   *[12] декабря
 }
standing-words = { $standing ->
    [booked] записан
    [arrived] пришёл
    [served] принят
    [missed] не явился
   *[cancelled] отменён
 }
places-words = { $places ->
    [one] { $places } свободное место
    [few] { $places } свободных места
   *[other] { $places } свободных мест
 }

home-title = Сегодня
home-today = Сегодня, { date-words }
home-expected = Посетители, которых ждём сегодня
home-waiting = Ждут сейчас
home-free = Свободных мест сегодня
home-next = Кто следующий
home-nobody = Сегодня больше никто не записан.
home-displaced = { $count ->
    [one] { $count } запись больше не подходит к часам работы
    [few] { $count } записи больше не подходят к часам работы
   *[other] { $count } записей больше не подходят к часам работы
 }

day-title = Посетители: { date-words }
day-before = Предыдущий день: { date-words }
day-after = Следующий день: { date-words }
day-all-counters = Все окна
day-empty = На этот день никто не записан.
day-counter = { $counter }
day-done = Завершённые и отменённые
day-monday = Понедельник
day-tuesday = Вторник
day-wednesday = Среда
day-thursday = Четверг
day-friday = Пятница
day-saturday = Суббота
day-sunday = Воскресенье
day-line = { date-words }: { places-words }
visitor-heading = { $time } { $who }
visitor-text = { $service }. Номер { $number }, { standing-words }.
visitor-line = { $time } { $who }: { $service } ({ standing-words })

visit-title = Визит: { date-words }, { $time }
visit-open = Открыть визит
visit-standing = Визит: { standing-words }
visit-called = Приглашён(а): { $counter }
visit-what = Что произошло?
visit-change = Изменить визит
mark-arrived = Пришёл
mark-served = Принят
mark-missed = Не явился
mark-undo = Назад: это была ошибка
marked = Отмечено: { standing-words }.
move-link = Перенести на другое время или в другое окно
cancel-title = Отмена визита
cancel-submit = Отменить визит
cancel-reason = Причина отмены
cancelled = Визит отменён
cancelled-text = Посетитель узнает через MNotify, с причиной, которую вы написали.
reason-told-hint = Её прочтёт посетитель. Не пишите личных данных.
reason-phone = Новый телефон, назван при записи
changed-title = Ничего не сделано: тем временем всё изменилось
changed-text = Коллега или посетитель вас опередил. Посмотрите, как есть сейчас, и попробуйте снова.
displaced-title = Записи, которые больше не подходят
displaced-warning = Эти записи остаются, но окно тогда больше не принимает
displaced-text = Изменились часы, услуги или выходные дни. Перенесите каждую запись; посетителю сообщат.
displaced-line = { date-words }, { $time }: { $who }, { $service }, { $counter }
displaced-none = Все записи подходят к часам работы окон.

book-title = Записать посетителя
book-services = На какую услугу?
book-no-services = Сейчас ни одно окно не оказывает услуг. Сначала задайте услуги и часы.
book-submit = Записать
book-visitor-hint = IDNP, IDNO или имя того, кого здесь уже записывали.
book-phone-hint = Чтобы позвонить, если что-то изменится.
service-line = { $title }
chosen-title = Что вы выбрали
days-title = На какой день?
days-none = В ближайшие два месяца свободных мест нет.
days-later = Более поздние дни
days-other = Другой день
hours-of = На какой час? { date-words }
hours-none = В этот день свободных мест больше нет.
hours-other = Другой час
hour-line = { $time }: { places-words }
hour-chosen = { date-words }, { $time }, { $counter }
taken-title = Это место только что заняли
taken-text = На этот час записали кого-то другого. Выберите другой час.
passed-title = В этот час больше не принимают
passed-text = Час прошёл, или изменились часы работы окна. Выберите другой день.
move-title = Перенос визита: { $who }
move-from = Сейчас: { date-words }, { $time }, { $counter }
move-submit = Перенести визит
move-reason = Причина переноса

queue-title = Очередь сегодня
queue-waiting = Кто ждёт, в порядке вызова
queue-empty = Никто не ждёт.
queue-all = Все, кто ждёт
call-title = Вызвать следующего
call-submit = Вызвать: { $counter }
call-nobody = К этому окну никто не ждёт
call-nobody-text = Записанные появляются в очереди в свой час.
call-no-week = У окна ещё нет часов работы.
give-title = Выдать талон
give-text = Для тех, кто пришёл без записи. Выберите услугу.
give-submit = Талон: { $service }
give-none = Сегодня ни одно окно не принимает.
give-not-today = Сегодня эту услугу не оказывают ни в одном окне.
ticket-given = Талон { $number }
ticket-called = { $number } приглашается: { $counter }

calendar-title = Календарь окон
calendar-of = Календарь: { $counter }
calendar-only = Только { $counter }
calendar-open = Открыть день
calendar-days = Посетители по дням
calendar-empty = Никто не записан.
calendar-line = { $counter }: { $count ->
    [one] { $count } посетитель
    [few] { $count } посетителя
   *[other] { $count } посетителей
 }
calendar-closed = { $counter }: закрыто

counters-title = Окна приёма
counters-none = У примэрии ещё нет окон приёма
counters-none-text = Администратор вносит их в «Настройках», в разделе «Окна приёма».
counters-text = Новые окна вносит администратор в «Настройках».
counter-open = Открыть: { $counter }
counter-no-week = Часов работы ещё нет: записаться нельзя.
counter-no-services = Услуг нет: записаться нельзя.
counter-gives = Услуги: { $services }
counter-day = Посетители сегодня
counter-calendar = Календарь окна
counter-head-only = Часы работы меняет ответственный за окна приёма.
week-now = Нынешние часы работы
week-from = Часы работы, начиная с: { date-words }
hours-title = Изменить часы работы
hours-submit = Сохранить часы работы
hours-since = Начиная с
hours-since-hint = До этого дня остаются прежние часы.
hours-day-hint = Например: 8:00-12:00, 13:00-16:30. Оставьте пустым, если не работаете.
hours-minutes-hint = От 5 до 480.
hours-places-hint = Сколько посетителей принимают одновременно, обычно один.
hours-saved = Часы работы сохранены и действуют с дня: { date-words }.
hours-saved-no-services = Теперь выберите услуги этого окна.
services-title = Какие услуги оказывают здесь
services-given = Оказывают здесь
services-submit = Сохранить услуги
services-saved = Услуги сохранены.
services-saved-no-hours = Теперь задайте часы приёма.
close-title = Закрыть окно на время
close-submit = Закрыть окно
close-from = Со дня
close-from-hour = С часа
close-from-hour-hint = Например 13:00. Пусто означает с начала дня.
close-to = По день
close-to-hour = До часа
close-to-hour-hint = Пусто означает до конца дня.
close-everywhere = Закрыть все окна
close-reason = Причина
close-reason-hint = Записанных на это время отменят, и они прочтут эту причину. Не пишите личных данных.
closed-line = Закрыто: { $from } – { $until }
closed-done = Окно закрыто. На это время никто не был записан.
closed-title = Окно закрыто
closed-cancelled = { $count ->
    [one] { $count } запись отменена
    [few] { $count } записи отменены
   *[other] { $count } записей отменено
 }
closed-cancelled-text = Посетители узнают через MNotify. Тем, кто записан на сегодня и завтра, лучше позвоните.
closed-visitors = Чьи это были записи
reopen-submit = Открыть снова
reopen-confirm = Открыть окно раньше срока? Отменённые визиты останутся отменёнными.
reopened = Окно снова открыто
reopened-text = Отменённые визиты остаются отменёнными: посетители могут записаться снова.

field-service = Услуга
field-counter = Окно
field-minutes = Визит длится, минут
field-places = Посетителей одновременно
field-number = Номер записи
field-phone = Телефон
field-note = Причина, написанная при изменении
field-visitor = Посетитель
field-when = Когда
field-ticket = Талон или запись
field-since = С часа

wrong-hours-unreadable = Пишите часы так: 8:00-12:00, 13:00-16:30.
wrong-hours-order = Час закрытия должен быть после часа открытия.
wrong-hours-overlap = Части дня пересекаются или стоят не по порядку.
wrong-hours-short = Между открытием и закрытием не помещается ни один визит.
wrong-minutes = Напишите число от 5 до 480.
wrong-places = Напишите число от 1 до 50.
wrong-since-past = Выберите сегодняшний день или один из следующих.
wrong-hour = Пишите час так: 13:00.
wrong-close-order = Конец должен быть после начала.
wrong-close-past = Это время прошло.
wrong-close-long = Окно закрывают не более чем на год.
wrong-reason-long = Причина слишком длинная. Напишите короче.
wrong-too-many = У этого человека уже десять записей.

denied-screen = Это не открыто
denied-title = { $capability ->
    [appointments] Запись на приём не открыта этому модулю
    [catalogue] Названия услуг не открыты этому модулю
    [registers] Реестр посетителей не открыт этому модулю
   *[other] Примэрия не открыла этого модулю
 }
denied-text = { $rule ->
    [revoked] Примэрия отозвала это право. Восстановить его может администратор примэрии.
    [expired] Срок, на который дано это право, прошёл. Продлить его может администратор примэрии.
    [parts] Предоставленное право не охватывает эту часть. Дополнить его может администратор примэрии.
    [services] Предоставленное право не охватывает эту услугу.
    [counters] Предоставленное право не охватывает это окно.
   *[other] Примэрия не предоставила этого права. Предоставить его может администратор примэрии.
 }

guide-title = Краткое руководство
guide-text = Как работать у окон приёма, по порядку.
guide-counters = 1. Окна приёма
guide-counters-text = Администратор вносит в «Настройках» каждое окно: название и место. Затем окно появляется в разделе «Окна приёма».
guide-hours = 2. Часы работы
guide-hours-text = Ответственный открывает окно, пишет часы каждого дня и отмечает услуги. С этого времени свободные места видны на телефонах. При изменении записи, которые больше не подходят, появляются на первой странице, чтобы их перенести.
guide-day = 3. Каждый день
guide-day-text = Первая страница показывает, кто следующий. Нажмите «Пришёл», затем «Принят» или «Не явился». Если ошиблись, нажмите «Назад».
guide-book = 4. Кто звонит или приходит
guide-book-text = В разделе «Записать» выберите услугу, день и час, затем человека по IDNP. Перенос и отмена делаются на странице визита; посетитель узнаёт через MNotify.
guide-queue = 5. Очередь
guide-queue-text = Кто пришёл без записи, берёт талон. «Вызвать» приглашает сначала записанных в их час, затем талоны по порядку.
guide-closing = 6. Когда окно не принимает
guide-closing-text = Закройте окно, указав дни, часы и причину. Записанных на это время отменят и известят; тем, кто записан на сегодня и завтра, лучше позвоните.
