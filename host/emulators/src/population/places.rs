//! Where the invented people live: the seventeen pilot municipalities of the guide for local authorities.
//!
//! Real: names, districts and CUATM codes (Sculeni is recorded without its other villages). Invented: how many families each has, streets, and
//! cadastral zones but for Sculeni's 9256.

/// A municipality of the first level.
#[derive(Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its place in addresses of the portal.
    pub slug: &'static str,
    /// In Romanian.
    pub name: &'static str,
    /// In Russian.
    pub name_ru: &'static str,
    /// The district, in Romanian.
    pub district: &'static str,
    /// The district, in Russian.
    pub district_ru: &'static str,
    /// Seven digits.
    pub cuatm: &'static str,
    /// Its other villages, with their codes.
    pub villages: &'static [(&'static str, &'static str)],
    /// The first four digits of its cadastral numbers.
    pub zone: &'static str,
    /// How many families, of [`super::MEMBERS`] each.
    pub(super) families: u32,
    /// How many families in a thousand bear Slavic names.
    pub(super) slavic: u32,
}

macro_rules! municipality {
    ($slug:literal, $name:literal $ru:literal, $district:literal $district_ru:literal, $cuatm:literal, $zone:literal, $families:literal, $slavic:literal $(, $village:literal $code:literal)*) => {
        Municipality {
            slug: $slug,
            name: $name,
            name_ru: $ru,
            district: $district,
            district_ru: $district_ru,
            cuatm: $cuatm,
            villages: &[$(($village, $code)),*],
            zone: $zone,
            families: $families,
            slavic: $slavic,
        }
    };
}

/// In the guide's order.
pub static MUNICIPALITIES: [Municipality; 17] = [
    municipality!("albota-de-sus", "Albota de Sus" "Албота де Сус", "Taraclia" "Тараклия", "8711000", "8703", 110, 650),
    municipality!("bilicenii-vechi", "Bilicenii Vechi" "Биличений Векь", "Sîngerei" "Сынжерей", "7413000", "7404", 170, 60, "Coada Iazului" "7413001"),
    municipality!("chiperceni", "Chiperceni" "Киперчены", "Orhei" "Оргеев", "6415000", "6406", 120, 60, "Andreevca" "6415001", "Voroteț" "6415002"),
    municipality!("colibasi", "Colibași" "Колибашь", "Cahul" "Кагул", "1722000", "1713", 230, 60),
    municipality!("corjeuti", "Corjeuți" "Коржеуць", "Briceni" "Бричаны", "1418000", "1409", 280, 80),
    municipality!("holercani", "Holercani" "Холеркань", "Dubăsari" "Дубоссары", "3814000", "3805", 110, 150),
    municipality!("pelinia", "Pelinia" "Пелиния", "Drochia" "Дрокия", "3627000", "3618", 280, 60),
    municipality!("limbenii-noi", "Limbenii Noi" "Новые Лимбены", "Glodeni" "Глодяны", "4822000", "4813", 130, 60),
    municipality!("lozova", "Lozova" "Лозова", "Strășeni" "Страшены", "8018000", "8009", 220, 40, "Stejăreni" "8018001"),
    municipality!("mereni", "Mereni" "Мерены", "Anenii Noi" "Новые Анены", "1024000", "1015", 220, 90),
    municipality!("parcova", "Parcova" "Парково", "Edineț" "Единцы", "4131000", "4122", 120, 120, "Fîntîna Albă" "4131001"),
    municipality!("panasesti", "Pănășești" "Пэнэшешть", "Strășeni" "Страшены", "8023000", "8014", 160, 40, "Ciobanca" "8023001"),
    municipality!("pepeni", "Pepeni" "Пепень", "Sîngerei" "Сынжерей", "7428000", "7419", 240, 60, "Pepenii Noi" "7428001", "Răzălăi" "7428002", "Romanovca" "7428003"),
    municipality!("peresecina", "Peresecina" "Пересечино", "Orhei" "Оргеев", "6430000", "6421", 290, 60),
    municipality!("pirjolteni", "Pîrjolteni" "Пыржолтень", "Călărași" "Калараш", "2525000", "2516", 110, 40),
    municipality!("sculeni", "Sculeni" "Скулень", "Ungheni" "Унгены", "9234000", "9256", 240, 60),
    municipality!("taxobeni", "Taxobeni" "Таксобень", "Fălești" "Фалешты", "4339000", "4330", 110, 60, "Hrubna Nouă" "4339001", "Vrănești" "4339002"),
];

impl Municipality {
    /// By its slug or its CUATM code.
    #[must_use]
    pub fn find(slug_or_code: &str) -> Option<&'static Self> {
        MUNICIPALITIES.iter().find(|each| each.slug == slug_or_code || each.cuatm == slug_or_code)
    }
}

/// Streets, as half the villages have them.
pub(super) static STREETS: [&str; 30] = [
    "Ștefan cel Mare",
    "Mihai Eminescu",
    "Independenței",
    "31 August 1989",
    "Păcii",
    "Tinereții",
    "Alexei Mateevici",
    "Ion Creangă",
    "Livezilor",
    "Viilor",
    "Nucarilor",
    "Izvoarelor",
    "Prieteniei",
    "Școlii",
    "Bisericii",
    "Morii",
    "Pădurii",
    "Luncii",
    "Vasile Alecsandri",
    "Grigore Vieru",
    "Dacia",
    "Mioriței",
    "Trandafirilor",
    "Teilor",
    "Salcîmilor",
    "Stejarilor",
    "Unirii",
    "Decebal",
    "Mihail Kogălniceanu",
    "Crizantemelor",
];
