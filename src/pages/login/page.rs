//! The form, and beside it what the two kinds of account are.

use leptos::{html, prelude::*, task::spawn_local};
use samma_mailbox::change::{Problem, ProblemKind};
use samma_mailbox::command::{Command, Login};
use samma_transport::config::{Config, Server, Tls};
use web_sys::SubmitEvent;

use super::choice::{Choice, choose};
use super::config;
use crate::components::{Icon, Mark, effect, icon, memo, shared};
use crate::i18n::{Language, Texts, use_texts};
use crate::pages::mail::{EngineFailure, ServerWords};
use crate::state::{State, use_commands, use_state};

/// What is known of `/config.json`.
#[derive(Clone)]
enum Known {
    Asking,
    Failed,
    Yes(Config),
}

/// What stands in the way of sending the form, seen by the page itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Address,
    Password,
    Server,
    Config,
}

/// The sign-in page.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    document().set_title(&format!("{} – Samma", texts.login.title));
    view! {
        <div class="login">
            <main class="login-form">
                <div class="login-column">
                    <Mark />
                    <h1>{texts.login.heading}</h1>
                    <p class="lead">{texts.login.lead}</p>
                    <Form />
                </div>
            </main>
            <aside class="login-kinds" aria-label=texts.login.kinds>
                <div class="kind chosen">
                    <h2>"IMAP" <span class="badge">{texts.login.imap_badge}</span></h2>
                    <p>{texts.login.imap}</p>
                </div>
                <div class="kind">
                    <h2>"POP"</h2>
                    <p>{texts.login.pop}</p>
                </div>
                <p class="hint">{texts.login.pop_warning}</p>
                <Languages state />
            </aside>
        </div>
        <EngineFailure />
    }
}

#[component]
fn Form() -> impl IntoView {
    let state = use_state();
    let texts = use_texts();
    let account = state.account;

    let known = RwSignal::new(Known::Asking);
    // Submitted before the list of servers was there, as password managers and fast typists do: goes on
    // by itself once it is.
    let is_waiting = RwSignal::new(false);
    let form: NodeRef<html::Form> = NodeRef::new();
    let ask = move || {
        known.set(Known::Asking);
        spawn_local(async move {
            let config = config::fetch(&state.place.asset("config.json")).await;
            // The page may have been left meanwhile.
            let _ = known.try_set(config.map_or(Known::Failed, |mut config| {
                config.servers.retain(|server| server.imap.is_some());
                Known::Yes(config)
            }));
            let was_waiting = is_waiting.try_update(std::mem::take).unwrap_or_default();
            if was_waiting && let Some(form) = form.get_untracked() {
                let _ = form.request_submit();
            }
        });
    };
    ask();

    let address_field: NodeRef<html::Input> = NodeRef::new();
    let password_field: NodeRef<html::Input> = NodeRef::new();
    let keep_field: NodeRef<html::Input> = NodeRef::new();
    let address = RwSignal::new(String::new());
    let picked: RwSignal<Option<usize>> = RwSignal::new(None);
    let missing: RwSignal<Option<Missing>> = RwSignal::new(None);

    let choice = memo(move || match known.get() {
        Known::Yes(config) if !config.servers.is_empty() => {
            Some(choose(&address.get(), &config.servers))
        }
        Known::Yes(_) | Known::Asking | Known::Failed => None,
    });
    let server = memo(move || -> Option<Server> {
        let at = match choice.get()? {
            Choice::Found(at) => at,
            Choice::Ask => picked.get()?,
        };
        match known.get() {
            Known::Yes(config) => config.servers.into_iter().nth(at),
            Known::Asking | Known::Failed => None,
        }
    });
    let asks = memo(move || choice.get() == Some(Choice::Ask));

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if account.is_signing_in.get_untracked() {
            return;
        }
        // Read from the fields: password managers fill them without telling.
        let (Some(address_input), Some(password_input)) = (
            address_field.get_untracked(),
            password_field.get_untracked(),
        ) else {
            return;
        };
        let typed = address_input.value().trim().to_owned();
        address.set(typed.clone());
        let password = password_input.value();
        let gap = if !is_address(&typed) {
            focus(&address_input);
            Some(Missing::Address)
        } else if password.is_empty() {
            focus(&password_input);
            Some(Missing::Password)
        } else if known.with_untracked(|known| matches!(known, Known::Asking)) {
            missing.set(None);
            is_waiting.set(true);
            return;
        } else if server.with_untracked(Option::is_none) {
            Some(if asks.get_untracked() {
                Missing::Server
            } else {
                Missing::Config
            })
        } else {
            None
        };
        missing.set(gap);
        let (None, Some(server), Known::Yes(config)) =
            (gap, server.get_untracked(), known.get_untracked())
        else {
            return;
        };
        account.signing_in();
        use_commands().send(Command::SignIn(Box::new(Login {
            address: typed.clone(),
            user: typed,
            password,
            server,
            gateway: config::gateway(&config),
            poke: config.poke,
            keep: keep_field
                .get_untracked()
                .is_some_and(|field| field.checked()),
        })));
    };

    // A wrong password is typed again, the address is not.
    effect(move || {
        if let Some(problem) = account.problem.get()
            && problem.kind == ProblemKind::WrongPassword
            && let Some(field) = password_field.get_untracked()
        {
            focus(&field);
            field.select();
        }
    });

    let busy = account.is_signing_in;
    let is_wrong = move |gap: Missing| (missing.get() == Some(gap)).then_some("true");
    view! {
        <form node_ref=form class="form" method="post" novalidate on:submit=submit aria-busy=shared(move || busy.get().to_string())>
            <label class="field">
                <span>{texts.login.address}</span>
                <input
                    type="email"
                    name="username"
                    autocomplete="username"
                    inputmode="email"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    placeholder=texts.login.address_example
                    node_ref=address_field
                    aria-invalid=shared(move || is_wrong(Missing::Address))
                    aria-describedby="login-problem"
                    on:input=move |_| {
                        if let Some(field) = address_field.get_untracked() {
                            address.set(field.value());
                        }
                    }
                    on:change=move |_| {
                        if let Some(field) = address_field.get_untracked() {
                            address.set(field.value());
                        }
                    }
                />
            </label>
            <label class="field">
                <span>{texts.login.password}</span>
                <input
                    type="password"
                    name="password"
                    autocomplete="current-password"
                    required
                    node_ref=password_field
                    aria-invalid=shared(move || is_wrong(Missing::Password))
                    aria-describedby="login-problem"
                />
            </label>
            {shared(move || {
                (asks.get() && has_domain(&address.get())).then(|| server_choice(known, picked, missing, texts))
            })}
            <label class="check">
                <input type="checkbox" name="keep" node_ref=keep_field />
                <span>{texts.login.keep}</span>
            </label>
            <button type="submit" class="button primary wide" aria-disabled=shared(move || busy.get().to_string())>
                {shared(move || if busy.get() { texts.login.submitting } else { texts.login.submit })}
            </button>
            <div id="login-problem" role="alert" class="login-problem">
                {shared(move || {
                    // That there are no servers to choose from is said below.
                    if let Some(missing) = missing.get().filter(|gap| *gap != Missing::Config) {
                        Some(view! { <p>{missing_text(missing, texts)}</p> }.into_any())
                    } else {
                        account.problem.get().map(|problem| problem_view(problem, texts).into_any())
                    }
                })}
                {shared(move || match known.get() {
                    Known::Failed => Some(
                        view! {
                            <p>{texts.login.config_failed}</p>
                            <button type="button" class="link" on:click=move |_| ask()>
                                {texts.try_again}
                            </button>
                        }
                            .into_any(),
                    ),
                    Known::Yes(config) if config.servers.is_empty() => {
                        Some(view! { <p>{texts.login.no_servers}</p> }.into_any())
                    }
                    Known::Yes(_) | Known::Asking => None,
                })}
            </div>
            {shared(move || server.get().and_then(|server| sealed(&server, texts)).map(IntoAny::into_any))}
        </form>
    }
}

/// Several servers, and none that names the address's domain.
fn server_choice(
    known: RwSignal<Known>,
    picked: RwSignal<Option<usize>>,
    missing: RwSignal<Option<Missing>>,
    texts: &'static Texts,
) -> AnyView {
    let Known::Yes(config) = known.get() else {
        return ().into_any();
    };
    let options: Vec<_> = config
        .servers
        .iter()
        .enumerate()
        .map(|(at, server)| view! { <option value=at.to_string()>{server_name(server)}</option> })
        .collect();
    view! {
                <label class="field">
                    <span>{texts.login.server}</span>
                    <select
                        required
                        aria-invalid=shared(move || (missing.get() == Some(Missing::Server)).then_some("true"))
                        on:change=move |event| {
                            picked.set(event_target_value(&event).parse().ok());
                        }
                    >
                        <option value="">{texts.login.choose_server}</option>
                        {options}
                    </select>
                </label>
    }
    .into_any()
}

/// What is encrypted, honestly.
fn sealed(server: &Server, texts: &'static Texts) -> Option<impl IntoView + use<>> {
    let endpoint = server.imap.as_ref()?;
    let (is_sealed, text) = if endpoint.tls == Tls::None {
        (false, (texts.login.not_sealed)(&endpoint.host))
    } else {
        (true, (texts.login.sealed)(&endpoint.host))
    };
    Some(view! {
        <p class="sealed">
            {icon(if is_sealed { Icon::Lock } else { Icon::Warning })}
            <span>{text}</span>
        </p>
    })
}

fn problem_view(problem: Problem, texts: &'static Texts) -> impl IntoView {
    let words = (texts.problem)(problem.kind);
    view! {
        <p><strong>{words.what}</strong> " " {words.hint}</p>
        <ServerWords text=problem.server_text />
    }
}

const fn missing_text(missing: Missing, texts: &Texts) -> &'static str {
    match missing {
        Missing::Address => texts.login.address_invalid,
        Missing::Password => texts.login.password_missing,
        Missing::Server => texts.login.server_missing,
        Missing::Config => texts.login.config_failed,
    }
}

#[component]
fn Languages(state: State) -> impl IntoView {
    let settings = state.settings;
    let buttons = Language::ALL.into_iter().map(|language| {
        let is_chosen = settings.language.get_untracked() == language;
        view! {
            <button
                type="button"
                class="link"
                lang=language.tag()
                aria-pressed=is_chosen.to_string()
                on:click=move |_| settings.choose_language(language)
            >
                {language.name()}
            </button>
        }
    });
    view! { <p class="languages">{buttons.collect_view()}</p> }
}

fn server_name(server: &Server) -> String {
    let host = server
        .imap
        .as_ref()
        .map_or("", |endpoint| endpoint.host.as_str());
    if server.name.is_empty() {
        host.to_owned()
    } else {
        server.name.clone()
    }
}

/// Something on both sides of an `@`; the server knows the rest.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
    })
}

fn has_domain(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(_, domain)| domain.contains('.'))
}

fn focus(field: &web_sys::HtmlInputElement) {
    // Fails on elements that are not in the document; this is.
    let _ = field.focus();
}
