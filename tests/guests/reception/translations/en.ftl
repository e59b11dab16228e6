family-certificate-purpose = What the certificate is needed for
    .hint = For example, for a school
family-certificate-phone = Telephone
