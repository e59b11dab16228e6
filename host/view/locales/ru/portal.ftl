# Обрамление страниц, таблицы, значения.
skip-to-content = Перейти к основному содержанию
language = Язык
sign-in = Войти через MPass
sign-in-again = Войти снова через MPass
sign-out = Выйти
menu = Меню
module = Модуль
breadcrumbs = Путь к странице
contents = Разделы страницы
footer = Vatra — площадка модулей для местного публичного управления. Каждый модуль видит только то, что ему разрешила примария.
town-hall-of = Примария { $name }
town-hall-of-district = Примария { $name }, район { $district }
district-of = Район { $district }
untitled = Без названия
error = Ошибка
there-is-a-problem = Что-то не так
tone-neutral = К сведению
tone-success = Выполнено
tone-warning = Внимание
tone-danger = Важно

yes = да
no = нет
no-value = не указано
unknown-person = неизвестное лицо
being-numbered = номер присваивается
natural-person = Физическое лицо
company = Юридическое лицо

search-in = Поиск
search = Найти
clear-search = Сбросить поиск
rows-in-all = { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
 }
rows-found = { $count ->
    [0] Ничего не найдено
    [one] Найдена { $count } запись
    [few] Найдено { $count } записи
   *[many] Найдено { $count } записей
 }
nothing-found = Ничего не найдено. Попробуйте меньше слов или другой номер.
table-total = Итого
empty-table = Здесь ничего нет.
tick-column = Выбор
tick-row = Выбрать: { $row }
rows-ticked = { $count ->
    [0] Вы не выбрали ни одной записи.
    [one] Вы выбрали { $count } запись.
    [few] Вы выбрали { $count } записи.
   *[many] Вы выбрали { $count } записей.
 }
open = Открыть
pages = Страницы
page = Страница
previous-page = Назад
next-page = Вперёд

order-title = Оплата через MPay
order-number = Номер платёжного ордера
order-status = Состояние
order-due = К оплате
order-paid = Оплачено
order-rest = Осталось оплатить
order-expires = Можно оплатить до
order-pay = Оплатить через MPay
order-unknown = Такого платёжного ордера нет
order-active = Можно оплатить
order-partially-paid = Оплачен частично
order-paid-status = Оплачен
order-completed = Завершён
order-expired = Срок истёк
order-cancelled = Отменён
order-refunding = Возвращается
order-refunded = Возвращён

document-unknown = Такого документа нет
document-standing = Состояние
document-number = Номер
document-issued-on = Выдан
document-valid-until = Действителен до
document-note = Примечание
document-download = Скачать
document-received = Получен
document-making = Составляется
document-draft = Проект
document-issued = Выдан
document-annulled = Аннулирован
document-failed = Не удалось составить
document-destroyed = Уничтожен по истечении срока хранения
document-wait = Документ составляется
document-wait-text = Страница загрузит его, как только он будет готов. Это занимает несколько секунд.
check-title = Проверка документа
check-text = Введите код проверки, напечатанный на документе. Заглавные буквы, пробелы и дефисы значения не имеют.
check-code = Код проверки
check-submit = Проверить
check-valid = Документ подлинный и действительный
check-valid-text = Сравните данные ниже с документом, который у вас в руках.
check-unsigned = Документ ещё не подписан
check-unsigned-text = Примэрия составила его, но подписали не все, кто должен. До тех пор он недействителен.
check-expired = Документ подлинный, но больше не действителен
check-expired-text = Последний день его действия прошёл.
check-annulled = Документ аннулирован
check-annulled-text = Он был выдан здесь и больше не действителен.
check-unknown = Документа с таким кодом нет
check-unknown-text = Проверьте, введён ли код так, как он напечатан. Если да, документ не выдан примэрией, которую обслуживает этот портал.
check-kind = Документ
check-issuer = Кем выдан
check-again = Проверить другой документ
check-busy = Слишком много проверок одновременно
check-busy-text = Повторите попытку через минуту.
