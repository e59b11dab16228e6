# Список дел, задачи, длительные работы.
work = Что нужно сделать
work-mine = Мои
work-unassigned = Не назначенные
work-overdue = Просроченные
work-all = Все
work-signing = На подпись
work-payment = Ожидают оплаты
work-mine-caption = Мои задачи
work-unassigned-caption = Задачи, которые никто не взял
work-overdue-caption = Задачи с истёкшим сроком
work-all-caption = Все задачи — мои и моих ролей
work-payment-caption = Неоплаченные платёжные поручения
work-mine-empty = У вас нет задач. Те, которые никто не взял, — в разделе «Не назначенные».
work-unassigned-empty = Все задачи взяты в работу.
work-overdue-empty = Просроченных задач нет.
work-all-empty = Сейчас делать нечего.
work-payment-empty = Нет поручений, ожидающих оплаты.
work-task = Задача
work-module = Модуль
work-due = Срок
work-assignee = Ответственный
work-more = Подробнее
work-details = Подробнее
work-claim = Взять
work-urgent = срочно
work-order = Номер
work-reason = Основание
work-rest = Осталось оплатить
work-due-today = сегодня
work-due-in = { $count ->
    [0] до следующего рабочего дня
    [one] через { $count } рабочий день
    [few] через { $count } рабочих дня
   *[other] через { $count } рабочих дней
 }
work-late-by = { $count ->
    [0] срок истёк
    [one] опоздание { $count } рабочий день
    [few] опоздание { $count } рабочих дня
   *[other] опоздание { $count } рабочих дней
 }

task-standing = Состояние
task-open = Не назначена
task-claimed = В работе
task-done = Выполнена
task-cancelled = Отменена
task-kind = Вид задачи
task-role = Роль
task-priority = Важность
task-priority-low = низкая
task-priority-normal = обычная
task-priority-high = срочная
task-note = Примечание
task-release = Отказаться от неё
task-assign = Передать другому
task-assign-to = Кому
task-assign-reason = Причина
task-assign-hint = Например: отпуск, другое распределение работы. Остаётся в истории задачи.
task-assign-submit = Передать
task-reason-missing = Укажите причину: задача забирается у другого человека.
task-reason-long = Укажите причину не длиннее 500 знаков.
task-no-holder = Выберите того, у кого есть эта роль.
task-history = Что происходило
task-turn-opened = Открыта
task-turn-claimed = Взята
task-turn-assigned = Передана
task-turn-released = Освобождена
task-turn-postponed = Отложена
task-turn-completed = Выполнена
task-turn-cancelled = Отменена
task-said-claimed = Задача теперь ваша
task-said-assigned = Задача передана
task-said-released = Задача снова не назначена
task-said-conflict = Задачу тем временем изменил кто-то другой
task-said-conflict-text = Ничего не изменено. Ниже показано, как обстоит дело сейчас.

jobs-title = Длительные работы
jobs-caption = Последние работы
jobs-empty = Ни одна работа ещё не запускалась.
job-what = Работа
job-standing = Состояние
job-progress = Сколько сделано
job-created = Запущена
job-ended = Закончена
job-by = Кем запущена
job-by-itself = модулем, в назначенное время
job-note = Примечание
job-waiting = В очереди
job-running = Идёт
job-retrying = Повторяется попытка
job-stopping = Останавливается
job-finished = Закончена
job-failed = Не закончена
job-cancelled = Остановлена
job-done = сделано { $done }
job-done-of = { $done } из { $total }
job-cancel = Остановить работу
job-look-again = Посмотреть, сколько сделано
job-back = Назад на страницу, с которой вы начали
job-tried-again = Последний шаг не удался и повторяется
job-failed-title = Работу не удалось довести до конца. Сделанное до сих пор сохраняется.
job-over-budget = Шаг превысил предел, данный модулю: { $budget }.
job-unavailable = Нужный ей сервис не отвечает.
job-not-found = Того, что ей нужно, больше нет.
job-conflict = Другие всё время меняли те же данные.
job-broke = В модуле сбой; оператор видит его в журнале.
job-said-cancelled = Работа остановится после текущего шага

audit-job = Длительная работа
audit-task = Задача
parameter-modules = Модули, чьи задачи он видит
