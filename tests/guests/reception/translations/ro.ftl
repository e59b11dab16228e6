family-certificate-purpose = Pentru ce este nevoie de certificat
    .hint = De exemplu, pentru școală
family-certificate-phone = Telefonul
