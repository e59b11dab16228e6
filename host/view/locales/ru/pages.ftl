# Страницы платформы.
landing-title = Работа примарии — в одном месте
landing-text =
    Регистры, платёжные извещения, документы и услуги вашей примарии.
    Войдите через MPass — с той же учётной записью, что и в другие государственные службы.
hand-over-title = Переход в { $service }
hand-over-text = { $service } — другая государственная служба. Её страница откроется сама; если нет, нажмите кнопку.
hand-over-continue = Продолжить в { $service }
landing-rights = Ваши данные
landing-rights-text = Каждый просмотр данных человека записывается в журнал, который нельзя тайно изменить: кто, когда, на каком основании.
choose-municipality = Выберите примарию
no-municipality = У вас нет роли ни в одной примарии
no-municipality-text = Попросите администратора примарии, в которой вы работаете, назначить вам роль.
modules = Модули
no-modules = Для вашей роли не открыт ни один модуль
no-modules-text = Модули устанавливает и роли назначает администратор примарии.
module-disabled = Отключён
module-works = Работает
module-unreadable = Пакет нельзя прочитать
administration = Администрирование
administration-text = Модули и их права, журнал аудита, поступившее извне.
status = Состояние
request-id = Номер запроса
to-municipality = Вернуться на страницу примарии
to-start = Вернуться в начало
not-found = Такой страницы нет
not-found-text = По этому адресу ничего нет.
not-found-advice = Если вы набрали адрес, проверьте его. Если пришли по ссылке, страница перенесена или того, что она показывала, больше нет.
denied = Нет доступа
denied-roles = { $count ->
    [one] Эта страница открыта для роли: { $roles }.
   *[other] Эта страница открыта для ролей: { $roles }.
 }
denied-nobody = Эта страница не открыта для вашей роли.
denied-advice = Если она нужна вам для работы, обратитесь к администратору примарии.
session-expired = Сеанс завершён
session-expired-text =
    Вас долго не было, и для безопасности мы завершили сеанс. То, что вы ввели в форму, не отправлено, и ничего не изменилось.
    Войдите снова и продолжайте.
withheld = У модуля нет этого права
withheld-advice = Ничего не изменилось. Администратор примарии видит права модуля в разделе «Администрирование».

acting-title = Действовать от имени другого лица
acting-card = Полномочия, которые вы получили через MPower.
acting-text = Если вам выдали полномочия через MPower, вы можете действовать от имени этого лица. На каждой странице указано, от чьего имени вы работаете, а журнал аудита сохраняет номер полномочий.
acting-none = У вас нет действующих полномочий
acting-none-text = Полномочия выдаёт на портале MPower тот, кого вы представляете. После принятия они появятся здесь.
acting-choose = От чьего имени вы действуете?
acting-self = От своего имени
acting-submit = Продолжить
acting-until = до { $date }
acting-for = Вы действуете от имени:
acting-change = Изменить

signing-title = На подпись
signing-card = Документы, которые ждут вашей подписи.
signing-waits = { $count ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[other] { $count } запросов
  }
signing-many = { $count ->
    [one] { $count } документ на подпись
    [few] { $count } документа на подпись
   *[other] { $count } документов на подпись
  }
signing-documents = { $count ->
    [one] { $count } документ
    [few] { $count } документа
   *[other] { $count } документов
  }
signing-text = Прочитайте документы, отметьте их и подпишите все сразу через MSign.
signing-queue = Ждут вашей подписи
signing-empty = Ничто не ждёт вашей подписи.
signing-what = Запрос
signing-document = Документ
signing-reason = Основание подписи
signing-module = Модуль
signing-until = До
signing-state = Состояние
signing-ready = На подпись
signing-unready = Составляется
signing-continue = Продолжить в MSign
signing-note = Не подписано, попробуйте ещё раз
signing-note-expired = Срок в MSign истёк, подпишите ещё раз
signing-note-superseded = Тем временем подписал другой, подпишите ещё раз
signing-sign = Подписать
signing-refuse = Отказаться
signing-refuse-reason = Почему вы отказываетесь подписать?
signing-refuse-hint = Причину узнает тот, кто просил подписать. Не более 500 знаков, без персональных данных.
signing-reason-missing = Укажите причину отказа
signing-none-ticked = Отметьте хотя бы один запрос
signing-refusal-kept = Отказ записан
signing-preparing = Документы отправляются в MSign
signing-preparing-text = Страница поведёт вас дальше, как только MSign ответит. Её можно закрыть: запрос останется в списке на подпись.
signing-checked = Подпись проверяется
signing-checked-text = У MSign спрашивают, подписали ли вы. Если вы вернулись, не подписав, продолжите в MSign.
signing-done = Документы подписаны
signing-done-text = Подписи проверены и сохранены.
signing-refused = Документы не подписаны
signing-refused-text = В MSign отказались подписывать, или подписать не удалось. Тот, кто просил подписать, узнает об этом и может попросить снова.
signing-expired = Срок в MSign истёк
signing-expired-text = Ничего не подписано. Запросы по-прежнему ждут вас.
signing-gone = Запрос больше не ждёт
signing-gone-text = Он отозван, просрочен или тем временем подписан.
signing-failed = Подпись не может быть принята
signing-failed-text = Полученное от MSign не соответствует отправленным документам или подписавшему. Ничего не сохранено; причину видит оператор.
check-signed = Электронные подписи
check-signatures-hold = { $count ->
    [one] { $count } действительная подпись
    [few] { $count } действительные подписи
   *[other] { $count } действительных подписей
  }
check-signatures-fail = По меньшей мере одна подпись недействительна
check-signatures-unknown = Подписан; проверить подписи сейчас нельзя
