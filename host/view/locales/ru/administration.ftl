# Администрирование: модули, права, аудит, поступления.
modules-installed = Установленные модули
version = Версия
publisher = Издатель
installed-at = Установлен
digest = Отпечаток пакета (SHA-256)
grants = Права
grants-text = Модуль может только то, что он запросил и что ему предоставила примария. Отозванное право перестаёт действовать со следующего запроса; модуль продолжает работать без него.
grants-none = Модуль не запрашивает никаких прав.
grant-absent = Не предоставлено
grant-holds = Предоставлено
grant-revoked = Отозвано
grant-expired = Истекло
grant-until = Действует до
purpose = Цель
legal-basis = Правовое основание
granted = Предоставлено
revoked-at = Отозвано
operator = оператор платформы
at-most = не более { $limit }
parameter-narrowed = { $given } (модуль запрашивает: { $asked })
parameter-registers = Регистры
parameter-services = Услуги
parameter-accounts = Счета
parameter-ceiling = Предел одного платежа
parameter-templates = Шаблоны
parameter-fields = Поля
setting = Настройка «{ $name }»
grant-reason = Основание предоставления права «{ $capability }»
grant-submit = Предоставить
revoke-reason = Причина отзыва права «{ $capability }»
revoke-submit = Отозвать
restore-reason = Причина восстановления права «{ $capability }»
restore-submit = Восстановить

audit-trail = Журнал аудита
verify-trail = Проверить целостность журнала
audit-rows = Записи, сначала новые
audit-kind = Вид
audit-empty = Записей этого вида нет.
filter = Отобрать
show-all = Показать все
older = Более старые записи
sequence = №
when = Когда
who = Кто
what = Что
about = О ком
nobody = система
audit-action-begun = Действие начато
audit-action-kept = Действие завершено
audit-action-failed = Действие не удалось
audit-look = Данные просмотрены
audit-export = Данные выгружены
audit-denial = Отказ
audit-received = Поступило извне
audit-handled = Обработано
audit-stopped = Остановлено
audit-parked = Отложено
audit-module = Модуль
audit-grant = Право
audit-document = Документ
audit-administration = Администрирование
audit-session = Сеанс
channel-portal = портал
channel-evo = EVO
channel-counter = стойка
channel-command-line = командная строка
channel-event = событие
channel-job = работа
audit-unbroken = { $rows ->
    [one] Журнал цел: проверена { $rows } запись.
    [few] Журнал цел: проверено { $rows } записи.
   *[many] Журнал цел: проверено { $rows } записей.
 }
audit-broken = Журнал повреждён
fault-altered = Запись { $row } изменена или переставлена.
fault-missing = Отсутствуют записи, начиная с { $row }.
fault-cut-off = Конец журнала отрезан после записи { $row }.
fault-rewritten = Журнал переписан: запись { $row } уже не та, что подписана.
fault-forged = Подпись контрольной точки у записи { $row } не принадлежит платформе.
fault-index = Список лиц, о которых запись { $row }, расходится с записью.

inbox = Поступления
inbox-text = Подтверждения и события извне, которые их модуль ещё не обработал. Ничто из поступившего не теряется.
inbox-open = Необработанные, сначала старые
inbox-empty = Всё поступившее обработано.
inbox-waiting = Ожидает
inbox-parked = Отложено
inbox-done = Обработано
inbox-wake = Попробовать снова: { $module }
received-at = Поступило
event = Событие
event-id = Идентификатор
event-mpay-paid = Платёж, подтверждённый MPay
attempts = Попытки

services = Государственные сервисы
services-text = Состояние сервисов, от которых зависят модули. Если один не отвечает, останавливаются только его функции, а всё, что ждёт отправки, уходит, как только он вернётся.
services-connected = Подключённые сервисы
services-none = Ни один сервис не подключён.
service = Сервис
service-answers = Без проблем
service-down = Не отвечает
service-tried = Проверяется
service-mnotify = MNotify: сообщения
service-mconnect-events = MConnect: события
service-documents = Документы
service-msign = MSign: подписи
certificate-holds = { $days ->
    [one] Системный сертификат действует ещё { $days } день.
    [few] Системный сертификат действует ещё { $days } дня.
   *[other] Системный сертификат действует ещё { $days } дней.
 }
certificate-ends = { $days ->
    [0] Системный сертификат истекает сегодня
    [one] Системный сертификат истекает через { $days } день
    [few] Системный сертификат истекает через { $days } дня
   *[other] Системный сертификат истекает через { $days } дней
 }
certificate-ended = Системный сертификат истёк
certificate-advice = Оператор платформы должен запросить у STISC новый сертификат и положить его в папку данных; он читается без перезапуска.
outbox-open = Ждёт отправки
outbox-empty = Всё, что должно было уйти, ушло.
outbox-sent = Отправлено, отслеживается
outbox-since = С

parameter-data-sets = Наборы данных
parameter-contents = Виды сообщений
parameter-publishes = События для других учреждений
parameter-listens = События от других учреждений
parameter-event-fields = Поля событий, которые читает модуль
parameter-kinds = Виды
parameter-others = Полномочия других лиц
parameter-media-types = Типы файлов
parameter-roles = Роли
parameter-parts = Части права (запись на приём: booking – посетители, calendar – график, queue – талоны; заявления: applications – подача, handling – рассмотрение)
parameter-counters = Окна приёма
is-personal = персональные данные
setting-account = IBAN казначейского счёта для «{ $name }»
setting-account-hint = Счета добавляются в Настройках, раздел «Казначейские счета»
setting-template = Идентификатор шаблона «{ $name }» в MNotify
setting-kind = Название типа полномочий { $name }
setting-kind-hint = Можно не заполнять: показывается название из MPower

settings = Данные примэрии
settings-text = То, что примэрия установила один раз для всех модулей: адрес, счета, нерабочие дни и ставки, утверждённые местным советом. У каждого значения есть дата, с которой оно действует; прежнее остаётся в силе для прошлого.
setting-name = Название
setting-holds = Значение на сегодня
setting-since = Действует с
setting-decision = Решение (номер и дата)
setting-missing = Не заполнено
setting-rows = { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[other] { $count } строк
}
setting-empty = Пока ничего не заполнено.
setting-no-rows = Нет строк.
setting-now = Действует с { $date }
setting-from = Начнёт действовать с { $date }
setting-change-head = Изменение
setting-change-row = Изменить строку { $row }
setting-remove-row = Удалить строку { $row }
setting-add = Добавить строку
setting-change = Изменить строку
setting-save = Изменить
setting-submit = Сохранить
setting-cancel = Отмена
setting-history = История изменений
setting-entered = Внесено
setting-by = Кем внесено
connection = Заявка на подключение к MConnect
connection-text = Заявка составляется из прав, которые примэрия предоставила модулям: какие данные, с какой целью и на каком основании. После подписания передайте её Агентству электронного управления, которое отвечает в течение 30 дней (ПП № 211/2019).
connection-who = Заявитель
connection-name = Учреждение
connection-idno = IDNO
connection-address = Адрес
connection-contact = Контактное лицо
connection-system = Информационная система
connection-certificate = Системный сертификат
connection-owner = Владелец данных
connection-plain = Неперсональные данные
connection-personal = Персональные данные
connection-not-ready = Заявку пока нельзя составить
connection-no-details = Заполните адрес и контактное лицо в данных примэрии.
connection-no-idno = Оператор платформы должен указать IDNO примэрии.
connection-nothing = Ни у одного модуля нет права запрашивать данные через MConnect.
connection-set-wrong = Право на набор данных «{ $set }» не соответствует каталогу: отзовите его и предоставьте заново.
connection-grant-thin = У права на MConnect нет полей, цели или правового основания: отзовите его и предоставьте заново.
connection-details = Данные примэрии
connection-questions = Запросов в день, не более, для каждого набора данных
connection-questions-hint = Например, 200
connection-draw-up = Составить заявку
connection-submit = Составить и отправить на подпись
connection-drawn = Составленные заявки
connection-at = Составлена
connection-file = Документ
connection-waits = Ожидает подписи
connection-unsigned = Не подписана
connection-signed = Подписана

officials = Сотрудники
officials-text = Кто работает в портале и в каких ролях. Все входят через MPass; что человек видит и что может делать, определяют роли отсюда, а не то, что передаёт MPass.
official-name = Фамилия и имя
official-name-hint = Как в удостоверении личности, например Русу Ана
official-idnp = IDNP
official-idnp-hint = 13 цифр; по нему человека узнают при входе через MPass
official-roles = Роли
official-roles-hint = Отметьте всё подходящее
official-roles-of = Роли: { $name }
official-handle = Краткое имя
official-add = Добавить сотрудника
official-add-submit = Добавить
official-save = Сохранить роли
official-ends = Прекращение доступа
official-ends-text = Человек больше не сможет работать в портале. Всё, что он сделал, остаётся в реестрах и журнале под его именем.
official-remove = Отозвать доступ
audit-who = Кто
audit-module-filter = Модуль
audit-from = С даты
audit-until = По дату
audit-anyone = Кто угодно
audit-any-module = Все модули
did-look = просмотр
did-export = выгрузка в файл
did-document = документ открыт
did-setting = настройка изменена
did-install = модуль установлен
did-enable = модуль включён
did-disable = модуль отключён
did-grant = право предоставлено
did-revoke = право отозвано
did-restore = право восстановлено
did-budgets = пределы изменены
did-official-put = сотрудник добавлен или роли изменены
did-official-drop = доступ отозван
did-tenant-add = примэрия добавлена
did-tenant-change = данные примэрии изменены
did-sign-in = вход
did-sign-out = выход
did-acting = от чьего имени работает
did-sign = подписано
did-sign-begun = отправлено на подпись
did-sign-refused = в подписи отказано
did-sign-expired = срок подписания истёк
did-inbox-wake = входящее обработано повторно
did-outbox-wake = отправка возобновлена
did-audit = журнал аудита
did-publish = опубликовано
did-repeal = отменено
audit-people = { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[other] { $count } человек
  }
audit-export-csv = Скачать (CSV)
audit-call = Вызов
audit-detail = Подробности
