## Главная

home-title = Состояние сборов
home-totals = Итоги
home-last-import = Последний импорт
home-overdue = Недоимки, начиная с самых крупных
home-nothing-overdue = Недоимок нет.

total-accounts = Счета
total-due = Начислено налога
total-collected = Всего собрано
total-outstanding = К взысканию
total-overdue = Недоимки
total-overdue-accounts = Счета с недоимкой
total-paid = Оплачено
total-overpaid = Переплата

## Счета

accounts-title = Налоговые счета
accounts-all = Все счета
accounts-outstanding = Счета с суммой к оплате
accounts-overdue = Счета с недоимкой
accounts-overpaid = Счета с переплатой
accounts-empty = Счетов нет. Импортируйте налоговую ведомость.
account-title = Счёт { $number }
account-open = Счёт { $number }
account-details = Данные счёта

## Налогоплательщик

taxpayer-open = Все счета налогоплательщика
taxpayer-title = { $who }
taxpayer-position = Состояние расчётов
taxpayer-objects = Объекты налогообложения

## Извещения

notices-title = Платёжные извещения
notices-all = Все извещения
notices-of-account = Извещения по этому счёту
notices-of-taxpayer = Извещения налогоплательщика
notices-empty = Извещений ещё не выставляли.
notice-title = Извещение { $number }
notice-open = Выставленное извещение
notice-details = Данные извещения
notice-cancelled = Извещение отменено, оплатить его больше нельзя.

issue-notice-title = Выставить платёжное извещение
issue-notice-amount = Сумма к оплате, леев
issue-notice-amount-hint = Не более { $most }: столько причитается по этому счёту.
issue-notice-due-date = Срок оплаты
issue-notice-expires = Действует до
issue-notice-expires-hint = После этого дня оплатить извещение нельзя. Оставьте пустым, если предела нет.
issue-notice-submit = Выставить извещение

cancel-notice = Отменить извещение
cancel-notice-confirm = После отмены оплатить извещение будет нельзя. Отменить?

wrong-nothing-owed = По этому счёту платить нечего.
wrong-amount-not-positive = Введите сумму больше нуля.
wrong-amount-too-large = Сумма больше причитающейся по этому счёту: не более { $most }.
wrong-due-date-past = Срок оплаты уже прошёл. Выберите сегодняшний или будущий день.
wrong-expires-before-due = Действие заканчивается раньше срока оплаты. Выберите день не раньше срока.
wrong-cancelled-already = Извещение уже было отменено.
wrong-paid-already = По этому извещению уже платили. Деньги возвращают возвратом, а не отменой.

## MPay

mpay-not-granted = У этого модуля нет права пользоваться MPay
mpay-revoked = Право пользоваться MPay отозвано
mpay-expired = Срок права пользоваться MPay истёк
mpay-cannot = Выставлять и отменять извещения нельзя, пока администратор примэрии не предоставит право. Счета и извещения можно просматривать; пришедшие тем временем платежи сохраняются и будут учтены.

## История

history-title = История изменений
history-entry = Запись
reason-entered = Внесено
reason-roll-import = Исправлено при импорте ведомости из файла { $particular }
reason-payment = Платёж MPay { $particular }
reason-notice-cancelled = Извещение отменено

## Импорт ведомости

imports-title = Импорты налоговой ведомости
imports-all = Импорты
imports-empty = Ведомость ещё не импортировали.
import-title = Импортировать налоговую ведомость
import-text = Загрузите файл, выгруженный из старой системы (CSV). Новые строки добавляются, изменившиеся исправляются, а ошибочная строка откладывается, не задерживая остальных.
import-form = Файл ведомости
import-roll = Файл CSV
import-roll-hint = Со строкой заголовков: Nr. cont; Tip; IDNP/IDNO; Nume / Denumire; Nr. cadastral; Obiect; Suprafața, ha; Valoarea, lei; Impozit calculat, lei; Achitat, lei; Termen; Telefon; E-mail.
import-submit = Импортировать
import-again = Этот файл уже импортирован: ничего не изменилось
import-again-text = Все принятые строки уже были записаны в точности так же. Ниже отчёт по этому файлу.
import-all-accepted = { $accepted ->
    [one] Принята { $accepted } строка.
    [few] Приняты { $accepted } строки.
   *[other] Принято { $accepted } строк.
  }
import-some-rejected = { $rejected ->
    [one] Отклонена { $rejected } строка из { $rows }.
    [few] Отклонены { $rejected } строки из { $rows }.
   *[other] Отклонено { $rejected } строк из { $rows }.
  }
report-title = Отчёт об импорте
report-numbers = В цифрах
report-reasons = Отклонённые и сомнительные строки по причинам
report-count = Строк
report-problems = Построчно
report-no-problems = Отклонённых и сомнительных строк нет.

## Поля

field-account = № счёта
field-account-number = № счёта
field-added = Добавлено счетов
field-accepted = Принято строк
field-amount = Сумма
field-area = Площадь, га
field-cadastral = Кадастровый №
field-column = Столбец
field-corrected = Исправлено счетов
field-digest = Отпечаток файла
field-due = Начислено налога
field-due-date = Срок оплаты
field-email = Эл. почта
field-expires = Действует до
field-file = Файл
field-import = Импорт
field-left-out = Отклонена
field-line = Строка
field-number = Номер
field-object = Объект
field-opened = Внесено
field-order = № заказа MPay
field-outstanding = К оплате
field-paid = Оплачено
field-paid-before = Оплачено помимо MPay
field-paid-mpay = Оплачено через MPay
field-phone = Телефон
field-rejected = Отклонено строк
field-rows = Строк в файле
field-rule = Причина
field-status = Состояние
field-taxpayer = Налогоплательщик
field-taxpayers = Налогоплательщиков
field-unchanged = Счетов без изменений
field-value = Стоимость
field-warned = Принято, но сомнительно

## Варианты

notices-status-open = к оплате
notices-status-partly-paid = оплачено частично
notices-status-paid = оплачено
notices-status-cancelled = отменено
choice-open = к оплате
choice-partly-paid = оплачено частично
choice-paid = оплачено
choice-cancelled = отменено
choice-identifier-length = в IDNP/IDNO не 13 цифр
choice-idno-check-digit = IDNO с неверной контрольной цифрой
choice-amount-unreadable = сумма не читается
choice-negative-amount = отрицательная сумма
choice-date-invalid = несуществующая дата
choice-cadastral-number = неверный кадастровый номер
choice-account-duplicate = повтор счёта
choice-cell-empty = нет номера счёта
choice-formula = формула вместо данных
choice-unreadable = ячейка не читается
choice-idnp-check-digit = IDNP с неверной контрольной цифрой (предупреждение)
choice-overpaid = оплачено больше начисленного (предупреждение)
choice-other = другая причина
import-problems-rule-identifier-length = В IDNP или IDNO не 13 цифр. Сверьте идентификатор с документом налогоплательщика.
import-problems-rule-idno-check-digit = Контрольная цифра IDNO не сходится. Проверьте фискальный код юридического лица.
import-problems-rule-amount-unreadable = Сумму нельзя прочитать. Запишите её цифрами, например 1 234,50.
import-problems-rule-negative-amount = Сумма отрицательная. Исправления и возвраты оформляются отдельно, не через ведомость.
import-problems-rule-date-invalid = Такой даты нет. Запишите её как дд.мм.гггг.
import-problems-rule-cadastral-number = Неверный вид кадастрового номера: 10 цифр, затем, если нужно, .NN и .NNN.
import-problems-rule-account-duplicate = Номер счёта уже встретился в принятой строке выше. Оставьте одну строку.
import-problems-rule-cell-empty = Не указан номер счёта. Заполните ячейку.
import-problems-rule-formula = В ячейке формула. Замените её значением.
import-problems-rule-unreadable = Ячейку нельзя прочитать. Запишите значение так же, как в других строках.
import-problems-rule-idnp-check-digit = Контрольная цифра IDNP не сходится. Строка принята; проверьте идентификатор.
import-problems-rule-overpaid = Оплачено больше начисленного налога. Строка принята; разница — переплата.
import-problems-rule-other = Строка нарушает одно из правил импорта. Сравните её с остальными.

## Журнал и итоги

journal-title = Поступления за { $day }
journal-open = Журнал дня
journal-today = Сегодняшние поступления
journal-before = Предыдущий день
journal-after = Следующий день
journal-totals = Итог дня
journal-number = Платежи
journal-receipts = Платежи за день
journal-empty = В этот день ничего не поступало.
receipt-title = Платёж { $number }
receipt-details = Данные платежа
receipt-notice = Оплаченное извещение
year-title = Поступления за { $year } год
year-open = Поступления за год
year-before = Предыдущий год
year-after = Следующий год
year-totals = Итог года
year-months = По месяцам
year-month = Месяц

## Справки

certificates-title = Справки об отсутствии недоимок
certificates-all = Выданные справки
certificates-empty = Справок не выдавалось.
certificates-how = Справка выдаётся на странице налогоплательщика, если у него нет недоимок.
certificate-title = Справка об отсутствии недоимок
certificate-open = Выданная справка
issue-certificate-title = Выдать справку об отсутствии недоимок
issue-certificate-language = Язык справки
issue-certificate-submit = Выдать справку
issue-certificate-language-ro = румынский
issue-certificate-language-ru = русский
issue-certificate-language-en = английский
wrong-overdue = У налогоплательщика недоимка { $owed }. Справку можно выдать после её погашения.
certificates-language-ro = румынский
certificates-language-ru = русский
certificates-language-en = английский
choice-ro = румынский
choice-ru = русский
choice-en = английский
field-payment = Номер платежа MPay
field-notice = Извещение
field-tax = Налог
field-penalty = Пеня
field-penalty-owed = Пеня к оплате на сегодня
field-penalty-paid = Уплаченная пеня
field-paid-on = Дата платежа
field-document = Документ
field-issued-on = Выдана
field-language = Язык

## Годовой расчёт, массовые извещения, руководство

accounts-arrears = Счета с недоимкой прошлых лет
account-assessments = Налог по годам
account-no-assessments = Налог этого счёта взят из ведомости.
correct-object-title = Исправить объект налогообложения
correct-object-submit = Исправить
correct-object-reason = Причина исправления
correct-object-category-hint = От вида объекта зависит ставка при следующем расчёте налога.
object-corrected = Объект исправлен. Налог изменится при следующем расчёте.
wrong-amount-negative = Сумма не может быть отрицательной.

assessment-title = Годовой расчёт налогов
assessment-text = Налоги за год рассчитываются по ставкам, установленным советом, проверяются, а затем вносятся в счета. До внесения ничего не меняется.
assessment-prepare-title = Рассчитать налоги за год
assessment-prepare-submit = Рассчитать
assessment-year = Год
assessment-due-date = Срок уплаты
assessment-due-date-hint = Обычно 25 сентября (Налоговый кодекс, раздел VI).
assessment-runs = Расчёты
assessment-none = Расчётов ещё не было.
assessment-run-title = Расчёт { $number }
assessment-open = Расчёт
assessment-numbers = В цифрах
assessment-running = Выполняется: { $done } из { $total } счетов. Обновите страницу, чтобы увидеть ход работы.
assessment-stopped = Работа остановилась раньше времени
assessment-stopped-text = Сделанное сохранено. Продолжите с места остановки или откажитесь от расчёта.
assessment-go-on = Продолжить
assessment-look = Проверьте пропущенные счета и суммы, затем внесите расчёт в счета
assessment-apply = Внести в счета
assessment-apply-confirm = Суммы добавятся к тому, что должны налогоплательщики. Внести их в счета?
assessment-drop = Отказаться от расчёта
assessment-drop-confirm = Расчёт останется в реестре, но внести его в счета будет нельзя. Отказаться?
assessment-was-dropped = Расчёт отменён.
assessment-by-category = По виду объекта
assessment-chart = Налог по виду объекта
assessment-problems = Пропущенные счета
assessment-no-problems = Ни один счёт не пропущен.
assessment-assessed = Счета с рассчитанным налогом
assessment-empty = Ни на одном счёте налог не рассчитан.
assessed-title = Налог по счёту { $number }
assessed-details = Как рассчитано
assessed-correct-title = Исправить сумму
assessed-correct-submit = Исправить
assessed-reason = Причина исправления
assessed-corrected = Сумма исправлена.
wrong-year = Выберите следующий год или один из последних пяти.
wrong-due-date-year = Срок должен быть в год налога или в следующий.
wrong-no-rates = На этот год нет ставок. Администратор вносит их в «Настройках» по решению совета.
wrong-run-open = Расчёт { $number } не завершён. Внесите его в счета или откажитесь от него.
wrong-run-standing = Этот расчёт уже нельзя так изменить. Обновите страницу.

print-notice = Составить бумажное извещение (PDF)
messages-of-notice = Сообщения об этом извещении
messages-empty = Сообщения не отправлялись.
mailings-title = Массовые извещения
mailings-text = Каждый счёт с долгом получает извещение на ту часть, которой нет в открытых извещениях. Работа идёт постепенно, за ней можно следить.
mailings-form = Выставить извещения
mailings-submit = Выставить извещения
mailings-paper = Составить и бумажное извещение
mailings-paper-hint = PDF с QR-кодом для оплаты.
mailings-tell = Сообщить налогоплательщикам через MNotify
mailings-tell-hint = По каналу и на языке, выбранным каждым; бумажное извещение прикладывается.
mailings-all = Выставленные массовые извещения
mailings-empty = Массовые извещения не выставлялись.
mailing-title = Извещения { $number }
mailing-numbers = В цифрах
mailing-running = Извещения выставляются: { $done } из { $total } счетов. Обновите страницу, чтобы увидеть ход работы.
mailing-sent = Сообщения в пути
mailing-delivered = Доставлено сообщений
mailing-failed = Не доставлено сообщений
mailing-all-told = Все сообщения дошли или в пути.
mailing-not-told = Налогоплательщики, которым не удалось сообщить
mailing-notices = Выставленные извещения
wrong-mailing-running = Извещения сейчас выставляются. Дождитесь окончания.

year-chart = Поступления по месяцам
year-levies = По налогам
year-levies-chart = Поступления по налогам
year-month-1 = янв.
year-month-2 = февр.
year-month-3 = март
year-month-4 = апр.
year-month-5 = май
year-month-6 = июнь
year-month-7 = июль
year-month-8 = авг.
year-month-9 = сент.
year-month-10 = окт.
year-month-11 = нояб.
year-month-12 = дек.

guide-title = Краткое руководство
guide-text = Что делать в этом модуле в течение года, по порядку.
guide-roll = 1. Импортируйте ведомость
guide-roll-text = В разделе «Импорты» загрузите файл старой системы. Ошибочные строки откладываются с указанием причины; исправьте их в файле и загрузите его снова, верные не удвоятся.
guide-assessment = 2. Рассчитайте налоги за год
guide-assessment-text = После решения совета администратор вносит ставки в «Настройках». В разделе «Расчёт налогов» рассчитайте, проверьте пропущенные счета и суммы, затем внесите расчёт в счета.
guide-notices = 3. Выставьте извещения
guide-notices-text = В разделе «Массовые извещения» выставьте извещения всем или, на странице счёта, одно. Налогоплательщики узнают через MNotify и платят по номеру заказа или QR-коду, можно частями.
guide-payments = 4. Следите за поступлениями
guide-payments-text = Платежи через MPay регистрируются сами. Журнал показывает каждый день, а итоги года — месяцы и налоги.
guide-arrears = 5. Недоимки и напоминания
guide-arrears-text = Напоминания уходят в дни, выбранные в «Настройках». После срока за каждый день добавляется пеня, которую MPay показывает плательщику.
guide-certificate = 6. Справки
guide-certificate-text = На странице налогоплательщика без недоимок выдайте справку с номером и QR-кодом, который может проверить каждый.

field-assessed = Счетов с рассчитанным налогом
field-assessed-tax = Налог, рассчитанный здесь
field-arrears = Недоимка прошлых лет
field-category = Вид объекта
field-levy = Налог
field-year = Год
field-run-standing = Состояние расчёта
field-run = Расчёт
field-unassessed = Пропущено счетов
field-rate = Ставка
field-unit = Как рассчитывается
field-applied = Внесено в счёт
field-problem = Почему
field-owed-since = Срок уплаты налога
field-mailing = Массовые извещения
field-whom = Кому
field-paper = Бумажное извещение
field-tell = Сообщение через MNotify
field-issued = Выставлено извещений
field-covered = Счета с открытым извещением
field-message = № сообщения
field-key = Ключ сообщения
field-kind = Сообщение
field-standing = Состояние сообщения
field-sent-at = Отправлено
reason-assessment = Налог рассчитан за год { $particular }
reason-assessment-prepared = Расчёт подготовлен
reason-assessment-approved = Расчёт утверждён
reason-assessment-applied = Расчёт внесён в счета
reason-assessment-dropped = Расчёт отменён
reason-notice-printed = Составлено бумажное извещение

choice-agricultural-land = сельскохозяйственная земля
choice-building-land = земля под застройкой
choice-garden = огород
choice-orchard = виноградник или сад
choice-dwelling = жильё
choice-commercial = коммерческое строение
choice-garage = гараж
choice-other-object = другой объект
choice-land-tax = земельный налог
choice-real-estate-tax = налог на недвижимость
choice-other-tax = прочие налоги и сборы
choice-percent = % от стоимости
choice-lei-per-hectare = леев за гектар
choice-lei-per-object = леев за объект
choice-preparing = рассчитывается
choice-prepared = на проверке
choice-applying = вносится в счета
choice-applied = внесён в счета
choice-dropped = отменён
choice-assessed-already = налог за этот год уже есть
choice-no-rate = нет ставки для вида объекта
choice-no-base = нет стоимости или площади
choice-all-owing = все счета с долгом
choice-late-only = только счета с недоимкой
choice-notice = извещение
choice-reminder-before = напоминание до срока
choice-reminder-after = напоминание после срока
choice-sent = отправлено
choice-delivered = доставлено
choice-failed = не доставлено
reason-mailing-step = Извещения выставлены
reason-message-told = MNotify сообщил состояние сообщения
choice-month-1 = январь
choice-month-2 = февраль
choice-month-3 = март
choice-month-4 = апрель
choice-month-5 = май
choice-month-6 = июнь
choice-month-7 = июль
choice-month-8 = август
choice-month-9 = сентябрь
choice-month-10 = октябрь
choice-month-11 = ноябрь
choice-month-12 = декабрь
