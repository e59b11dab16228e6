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
year-month = Месяц, начинающийся

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
