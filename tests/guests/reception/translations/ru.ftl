family-certificate-purpose = Для чего нужна справка
    .hint = Например, для школы
family-certificate-phone = Телефон
