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
    [booked] записаны
    [arrived] вы пришли
    [served] завершён
    [missed] вы не пришли
   *[cancelled] отменён
 }
places-words = { $places ->
    [one] { $places } свободное место
    [few] { $places } свободных места
   *[other] { $places } свободных мест
 }

home-title = Запись на приём
home-guest = Здесь вы записываетесь к окну приёма примэрии, чтобы не стоять в очереди. Визит можно перенести или отменить в любое время до него, а за день до него приходит напоминание.
home-to-come = Предстоящие визиты
home-none = У вас нет записей.
home-past = Прошедшие визиты
past-line = { date-words }, { $time }: { $service } ({ standing-words })
sign-in-title = Войдите через MPass, чтобы записаться
sign-in-text = Свободное время видят все. Для записи примэрии нужно знать, кого она ждёт.
services-title = Услуги, которые оказывают у окна
services-text = Выберите услугу, чтобы увидеть, где и когда есть свободное время.
services-none = Сейчас примэрия не принимает у окон по записи.
service-line = { $title }
book-link = Записаться на приём
ticket-link = Талон в сегодняшнюю очередь

field-service = Услуга
field-counter = Окно
field-place = Где
field-minutes = Длительность, минут
field-number = Номер записи
field-note = Причина

book-title = Запись на приём
book-submit = Записаться
move-title = Перенос визита
chosen-title = Что вы выбрали
counters-title = Выберите окно
counters-none = Сейчас эту услугу не оказывают ни в одном окне. Выберите другую или спросите в примэрии.
counters-other = Другое окно
days-title = Выберите день
days-none = В ближайшие два месяца в этом окне нет свободного времени. Попробуйте через несколько дней: отменённые места освобождаются.
days-later = Более поздние дни
days-other = Другой день
day-line = { date-words }: { places-words }
hours-title = Выберите час: { date-words }
hours-none = В этот день свободного времени больше нет. Выберите другой день.
hours-morning = До обеда
hours-afternoon = После обеда
hours-other = Другой час
hour-line = { $time }: { places-words }
check-minutes = Визит длится { $minutes } мин. Приходите на несколько минут раньше.
papers-title = Что взять с собой
paper-required = { $title }
paper-required-hint = { $title }: { $hint }
paper-optional = { $title }, если есть
paper-optional-hint = { $title }, если есть: { $hint }
taken-title = Это место только что заняли
taken-text = Кто-то записался на этот час раньше вас. Выберите другой час или другой день.
passed-title = В этот час уже не принимают
passed-text = Час прошёл, или изменились часы работы окна. Выберите другой день.
too-many-title = У вас уже десять записей
too-many-text = Отмените одну из них, затем запишитесь снова.

visit-title = Ваш визит
visit-open = Открыть запись
visit-when = { date-words }, { $time }
visit-note = Что вам написала примэрия
visit-change = Не можете прийти?
visit-called = Вас приглашают к окну
visit-passed = Время визита прошло.
visit-arrived = Вы пришли к окну.
visit-served = Визит завершён.
visit-missed = Вы не пришли на этот визит.
visit-missed-text = Вы можете записаться снова.
visit-cancelled = Визит отменён.
changed-title = Запись тем временем изменилась
changed-text = Её изменила примэрия или вы сами с другого устройства. Вот как она выглядит сейчас; ничего из того, о чём вы просили, не сделано.
move-link = Перенести визит на другое время
move-instead = Вместо { date-words }, { $time }. Прежнее место освободится.
move-submit-title = Перенос визита
move-submit = Перенести визит
move-reason = Причина переноса
cancel-title = Отмена визита
cancel-submit = Отменить визит
cancel-reason = Причина отмены
cancel-reason-hint = Её прочтёт сотрудник у окна. Не пишите личных данных.

ticket-title = Очередь сегодня
ticket-number = Ваш талон: { $service }
ticket-waits = Взят в { $time }. Ждите, пока вас вызовут.
ticket-waits-text = Держите эту страницу под рукой: когда подойдёт очередь, здесь появится окно, к которому идти.
ticket-called = { $number }: пройдите, { $counter }
ticket-place = Где: { $place }
ticket-take = Возьмите талон
ticket-take-text = Выберите, за чем вы пришли. Записанных вызывают в их час, остальных по порядку талонов.
ticket-none = Сегодня окна не принимают.
ticket-one = У вас уже есть талон
ticket-one-text = Берут по одному талону. После вызова можно взять другой.
ticket-not-today = Сегодня эту услугу не оказывают ни в одном окне.

denied-title = { $capability ->
    [appointments] Запись на приём не открыта этому модулю
    [catalogue] Названия услуг не открыты этому модулю
   *[other] Примэрия не открыла этого модулю
 }
denied-text = { $rule ->
    [revoked] Примэрия отозвала это право. Восстановить его может администратор примэрии.
    [expired] Срок, на который примэрия дала это право, прошёл.
    [parts] Эту часть примэрия не открыла.
    [services] Эту услугу примэрия не открыла.
    [counters] Это окно примэрия не открыла.
    [others] Записать можно только себя.
   *[other] Примэрия не предоставила этого права. Запишитесь в примэрии или по телефону.
 }
