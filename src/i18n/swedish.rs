//! Swedish.

use samma_mailbox::change::{ProblemKind, Role};

use super::texts::{KeyTexts, LoginTexts, MailTexts, ProblemText, Texts};
use super::{about, actions, cards, reader};

/// Swedish.
pub(super) static TEXTS: Texts = Texts {
    login: LoginTexts {
        title: "Öppna din brevlåda",
        heading: "Öppna din brevlåda",
        lead: "Din e-post ligger kvar på din e-postserver. Alla enheter du öppnar visar samma sak.",
        address: "E-postadress",
        address_example: "anna@example.org",
        password: "Lösenord",
        server: "E-postserver",
        choose_server: "Välj din e-postserver",
        keep: "Håll mig inloggad på den här enheten",
        submit: "Öppna brevlådan",
        submitting: "Öppnar…",
        sealed: |host| {
            format!(
                "Krypterat från den här webbläsaren till {host}. Gatewayen däremellan bär förseglade byte och kan inte läsa dem."
            )
        },
        not_sealed: |host| {
            format!("{host} är samma dator som gatewayen; mellan de två är ingenting krypterat.")
        },
        address_invalid: "Skriv hela adressen, med delen efter @.",
        password_missing: "Skriv ditt lösenord.",
        server_missing: "Välj den e-postserver som har din brevlåda.",
        config_failed: "Listan över e-postservrar kan inte hämtas. Kontrollera nätet och försök igen.",
        no_servers: "Ingen e-postserver är inställd här. Den som sköter webbplatsen kan ange en i gatewayens inställningar.",
        engine_failed: "Sidan kunde inte starta. Att ladda om den brukar hjälpa.",
        new_version: "Det finns en ny version av Samma. Ladda om sidan för att använda den.",
        kinds: "Två slags konton",
        imap_badge: "bäst för de flesta",
        imap: "E-posten ligger kvar på servern. Telefon, dator och surfplatta visar samma mappar, och det du gör på en enhet syns genast på de andra.",
        pop: "E-posten laddas ner till en enhet och tas bort från servern, om du inte lämnar kvar en kopia. För den som läser på en enda dator.",
        pop_warning: "Samma öppnar din brevlåda med IMAP. Om du använder IMAP någon annanstans ska du aldrig lägga till kontot med POP i ett annat program: då försvinner e-posten från dina andra enheter.",
    },
    mail: MailTexts {
        folders: "Mappar",
        own_folders: "Mappar",
        shared: "Delat med dig",
        role: |role| match role {
            Role::Inbox => Some("Inkorg"),
            Role::Flagged => Some("Flaggat"),
            Role::Drafts => Some("Utkast"),
            Role::Sent => Some("Skickat"),
            Role::Archive => Some("Arkiv"),
            Role::Junk => Some("Skräppost"),
            Role::Trash => Some("Papperskorg"),
            Role::All => Some("All e-post"),
            Role::None => None,
        },
        folder_unread: |name, unread| format!("{name}, {unread} olästa"),
        just_added: "nyss tillagd",
        expand: "Visa mapparna inuti",
        collapse: "Dölj mapparna inuti",
        live: "Direkt",
        connecting: "Ansluter…",
        offline: "Frånkopplad",
        offline_since: |time| format!("Frånkopplad sedan {time}"),
        try_now: "Försök nu",
        unreachable: "E-postservern kan inte nås. Det som visas här är som det var senast.",
        what_can_i_do: "Vad kan jag göra?",
        account: "Konto",
        language: "Språk",
        theme: "Utseende",
        themes: ["Auto", "Ljust", "Mörkt"],
        keyboard: "Tangentbordsgenvägar",
        sign_out: "Logga ut",
        sign_out_hint: "Glömmer lösenordet och allt annat om kontot på den här enheten. Din e-post ligger kvar på servern.",
        search: "Sök e-post",
        messages: "Meddelanden",
        unread_of: |unread, total| format!("{unread} olästa av {total}"),
        message_count: |count, written| match count {
            1 => "1 meddelande".to_owned(),
            _ => format!("{written} meddelanden"),
        },
        found: |count, written| match count {
            1 => "1 träff".to_owned(),
            _ => format!("{written} träffar"),
        },
        results: |words| format!("”{words}”"),
        searching: "Söker…",
        unread: "oläst",
        flagged: "flaggat",
        answered: "besvarat",
        attachment: "bilaga",
        invitation: "inbjudan",
        to: "Till",
        no_subject: "(inget ämne)",
        no_sender: "(ingen avsändare)",
        no_recipient: "ingen än",
        loading: "Läser in",
        empty: "Tomt här",
        empty_hint: "Meddelanden som kommer till mappen visas genast.",
        empty_inbox: "Inkorgen är tom",
        nothing_found: |words| format!("Inget hittades för ”{words}”"),
        nothing_found_hint: "Sökningen gäller rubriker och text i den här mappen. Färre eller kortare ord hittar mer.",
        show_all: |mailbox| format!("Visa allt i {mailbox}"),
        folder_gone: "Mappen finns inte längre",
        folder_gone_hint: "Den har bytt namn eller tagits bort, här eller på en annan enhet.",
        to_inbox: "Gå till inkorgen",
        not_found: "Det finns inget på den här adressen",
        not_found_hint: "Länken kan vara avklippt eller gammal. Din e-post är opåverkad.",
        nothing_open: "Inget meddelande är öppet",
        nothing_open_hint: "Välj ett i listan, eller bläddra med j och k.",
        now: "nu",
        tabs: ["E-post", "Mappar", "Sök", "Konto"],
        bar: "Huvudmeny",
        skip: "Hoppa till meddelandena",
        list_width: "Meddelandelistans bredd",
    },
    reader: &reader::SWEDISH,
    about: &about::SWEDISH,
    cards: &cards::SWEDISH,
    actions: &actions::SWEDISH,
    keys: KeyTexts {
        heading: "Tangentbordsgenvägar",
        or: "eller",
        then: "sedan",
        next: "Nästa meddelande",
        previous: "Föregående meddelande",
        first: "Nyaste meddelandet",
        last: "Äldsta meddelandet",
        page: "En sida ner eller upp",
        open: "Öppna meddelandet",
        back: "Tillbaka till listan; lämna en sökning",
        search: "Sök i mappen",
        inbox: "Gå till inkorgen",
        archive: "Arkivera",
        move_to: "Flytta till en mapp",
        copy: "Kopiera till en mapp",
        delete: "Ta bort",
        junk: "Markera som skräp, eller som inte skräp",
        unread: "Markera som oläst",
        read: "Markera som läst",
        flag: "Flagga, eller ta bort flaggan",
        tags: "Etiketter",
        undo: "Ångra",
        select: "Markera meddelandet",
        extend: "Markera nästa eller föregående också",
        select_all: "Markera alla som är inlästa",
        menu: "Meny för ett meddelande eller en mapp",
        help: "Visa den här hjälpen",
        space: "Blanksteg",
    },
    problem,
    server_said: "Servern svarade:",
    details: "Detaljer",
    try_again: "Försök igen",
    reload: "Ladda om",
    close: "Stäng",
};

fn problem(kind: ProblemKind) -> ProblemText {
    let (what, hint) = match kind {
        ProblemKind::WrongPassword => (
            "Adressen och lösenordet hör inte ihop.",
            "Kontrollera lösenordet och försök igen. En del servrar vill ha ett särskilt applösenord.",
        ),
        ProblemKind::GatewayUnreachable => (
            "Det finns ingen anslutning till webbplatsen.",
            "Kontrollera nätet. Din e-post ligger tryggt på sin server.",
        ),
        ProblemKind::GatewayRefused => (
            "Gatewayen förmedlar inte e-post härifrån till den här servern.",
            "Den som sköter webbplatsen kan tillåta det i gatewayens inställningar.",
        ),
        ProblemKind::GatewayBusy => (
            "Gatewayen har för många anslutningar just nu.",
            "Stäng andra flikar med Samma, eller vänta en minut.",
        ),
        ProblemKind::ServerUnreachable => (
            "E-postservern kan inte nås.",
            "Den kan ligga nere, eller nätet dit. Din e-post är trygg där; Samma fortsätter försöka.",
        ),
        ProblemKind::ServerSilent => (
            "E-postservern slutade svara.",
            "Den kan vara upptagen eller ligga nere. Din e-post är trygg där; Samma fortsätter försöka.",
        ),
        ProblemKind::ServerClosed => (
            "E-postservern stängde anslutningen.",
            "Det händer när den startas om. Samma ansluter igen av sig själv.",
        ),
        ProblemKind::TooManyConnections => (
            "E-postservern tar inte emot fler anslutningar för kontot.",
            "Stäng e-postprogram på andra enheter, eller vänta några minuter.",
        ),
        ProblemKind::CertificateName => (
            "Det här är inte rätt e-postserver: certifikatet gäller ett annat namn.",
            "Ingenting skickades till den. Fråga den som sköter e-postservern.",
        ),
        ProblemKind::CertificateUnknown => (
            "E-postserverns certifikat är utfärdat av någon som Samma inte litar på.",
            "Ingenting skickades till den. Den som sköter webbplatsen kan lägga till serverns egen utfärdare i inställningarna.",
        ),
        ProblemKind::CertificateExpired => (
            "E-postserverns certifikat gäller inte i dag.",
            "Ingenting skickades till den. Kontrollera enhetens klocka; om den går rätt, fråga den som sköter e-postservern.",
        ),
        ProblemKind::Tls => (
            "Det gick inte att få en säker anslutning till e-postservern.",
            "Ingenting skickades till den. Fråga den som sköter e-postservern.",
        ),
        ProblemKind::NoSafeLogin => (
            "E-postservern erbjuder inget säkert sätt att logga in.",
            "Ditt lösenord skickades inte. Fråga den som sköter e-postservern.",
        ),
        ProblemKind::Broken => (
            "E-postservern svarade något obegripligt.",
            "Din e-post är inte ändrad. Om det händer igen, berätta det för den som sköter e-postservern.",
        ),
        ProblemKind::Refused => (
            "E-postservern sade nej.",
            "Ingenting ändrades. Serverns egna ord nedan kan säga varför.",
        ),
        ProblemKind::NoMailbox => (
            "Mappen finns inte längre.",
            "Den har bytt namn eller tagits bort, här eller på en annan enhet.",
        ),
        ProblemKind::NoMessage => (
            "Meddelandet finns inte längre i den här mappen.",
            "Det har flyttats eller tagits bort, här eller på en annan enhet.",
        ),
        ProblemKind::TicketLost => (
            "Logga in igen.",
            "Webbläsaren har inte längre nyckeln till lösenordet som sparades här.",
        ),
        ProblemKind::Offline => (
            "Det finns ingen anslutning, och det här var inte hämtat.",
            "Det visas så snart anslutningen är tillbaka.",
        ),
        ProblemKind::OverQuota => (
            "Brevlådan är full.",
            "Inget har gått förlorat. Radera post som du inte behöver, töm papperskorgen och försök igen.",
        ),
        ProblemKind::NoPermission => (
            "Du får inte göra det här i den här mappen.",
            "Inget ändrades. Den som äger mappen kan tillåta det.",
        ),
        ProblemKind::AlreadyExists => (
            "Det finns redan en mapp med det namnet.",
            "Välj ett annat namn.",
        ),
        ProblemKind::BadName => (
            "En mapp kan inte heta så.",
            "Namnet är tomt eller har ett tecken som e-postservern behöver själv.",
        ),
        ProblemKind::MailboxReplaced => (
            "Mappen gjordes om på servern under tiden.",
            "Det du bad om gjordes inte, för dess meddelanden är andra nu. Titta efter och försök igen.",
        ),
    };
    ProblemText { what, hint }
}
