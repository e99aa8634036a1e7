//! A menu at a button, or where somebody clicked: the menu pattern of WAI-ARIA in a popover of the
//! platform's, which closes it at a click outside and gives the focus back.
//!
//! The page has one; whoever wants a menu says what is in it. On a phone it lies at the bottom of the screen.

use std::rc::Rc;

use super::{effect, shared};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::{Icon, icon};

/// The page's menu. A handle: copies are the same menu.
#[derive(Clone, Copy)]
pub(crate) struct Menus {
    shown: RwSignal<Option<Shown>, LocalStorage>,
}

#[derive(Clone)]
struct Shown {
    label: String,
    at: (f64, f64),
    items: Vec<MenuItem>,
}

/// One line of a menu.
#[derive(Clone)]
pub(crate) struct MenuItem {
    label: String,
    icon: Option<Icon>,
    mark: Option<bool>,
    is_danger: bool,
    begins_group: bool,
    run: Rc<dyn Fn()>,
}

impl MenuItem {
    /// A line that does something.
    pub(crate) fn new(
        icon: impl Into<Option<Icon>>,
        label: impl Into<String>,
        run: impl Fn() + 'static,
    ) -> Self {
        Self {
            label: label.into(),
            icon: icon.into(),
            mark: None,
            is_danger: false,
            begins_group: false,
            run: Rc::new(run),
        }
    }

    /// It is on or off.
    pub(crate) fn marked(mut self, mark: bool) -> Self {
        self.mark = Some(mark);
        self
    }

    /// What it does can't be undone, or removes something.
    pub(crate) fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    /// It begins another group.
    pub(crate) fn group(mut self) -> Self {
        self.begins_group = true;
        self
    }
}

impl Menus {
    /// The page's menu, to be drawn by one [`Menu`].
    pub(crate) fn new() -> Self {
        Self {
            shown: RwSignal::new_local(None),
        }
    }

    /// Shows these lines at a place on screen, in CSS pixels. Nothing is shown where there are none.
    pub(crate) fn open(self, label: impl Into<String>, at: (f64, f64), items: Vec<MenuItem>) {
        if !items.is_empty() {
            self.shown.set(Some(Shown {
                label: label.into(),
                at,
                items,
            }));
        }
    }
}

/// Where a menu for this event belongs: at the pointer where that is on `element`, else below it. The
/// platform puts a menu that was asked for by key anywhere within what has the focus.
pub(crate) fn place_of(event: &MouseEvent, element: &Element) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let is_inside =
        (rect.left()..=rect.right()).contains(&x) && (rect.top()..=rect.bottom()).contains(&y);
    if is_inside {
        (x, y)
    } else {
        (rect.left() + 8.0, rect.bottom())
    }
}

/// Draws the page's menu.
#[component]
pub(crate) fn Menu(
    /// The page's menu.
    menus: Menus,
) -> impl IntoView {
    let element: NodeRef<html::Div> = NodeRef::new();
    let shown = menus.shown;
    effect(move || {
        let Some(at) = shown.with(|shown| shown.as_ref().map(|shown| shown.at)) else {
            return;
        };
        // The lines are drawn before the next frame.
        request_animation_frame(move || {
            if let Some(element) = element.try_get_untracked().flatten() {
                show(&element, at);
            }
        });
    });
    let closed = move |_: web_sys::Event| {
        let is_open = element
            .get_untracked()
            .is_some_and(|element| is_open(&element));
        if !is_open {
            shown.set(None);
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(element) = element.get_untracked() else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowDown" => beside(&element, 1),
            "ArrowUp" => beside(&element, -1),
            "Home" => line(&element, 0),
            "End" => line(&element, lines(&element).saturating_sub(1)),
            "Tab" => {
                hide(&element);
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(to) = to {
            // Fails on elements that are not in the document; this is.
            let _ = to.focus();
        }
    };
    let draw = move || {
        shown.get().map(|shown| {
            shown
                .items
                .into_iter()
                .map(|item| draw_item(item, element))
                .collect_view()
                .into_any()
        })
    };
    view! {
        <div
            class="popup"
            popover="auto"
            role="menu"
            tabindex="-1"
            node_ref=element
            aria-label=shared(move || shown.with(|shown| shown.as_ref().map(|shown| shown.label.clone())))
            on:toggle=closed
            on:keydown=key
            on:contextmenu=|event| event.prevent_default()
        >
            {shared(draw)}
        </div>
    }
}

fn draw_item(item: MenuItem, menu: NodeRef<html::Div>) -> AnyView {
    let MenuItem {
        label,
        icon: sign,
        mark,
        is_danger,
        begins_group,
        run,
    } = item;
    let role = if mark.is_some() {
        "menuitemcheckbox"
    } else {
        "menuitem"
    };
    let click = move |_: MouseEvent| {
        if let Some(menu) = menu.get_untracked() {
            hide(&menu);
        }
        run();
    };
    view! {
        {begins_group.then(|| view! { <hr role="separator" /> })}
        <button
            type="button"
            class="popup-item"
            class:danger=is_danger
            role=role
            tabindex="-1"
            aria-checked=mark.map(|mark| mark.to_string())
            on:click=click
        >
            {match sign {
                Some(sign) => icon(sign).into_any(),
                None => view! { <svg class="icon"></svg> }.into_any(),
            }}
            <span>{label}</span>
            {(mark == Some(true)).then(|| icon(Icon::Check).into_any())}
        </button>
    }
    .into_any()
}

/// Room that is left around a menu, in CSS pixels.
const MARGIN: f64 = 8.0;

fn show(element: &HtmlElement, (x, y): (f64, f64)) {
    // Fails where it is open already: then it moves.
    let _ = element.show_popover();
    let rect = element.get_bounding_client_rect();
    let size = |value: Result<wasm_bindgen::JsValue, _>| {
        value
            .ok()
            .and_then(|value| value.as_f64())
            .unwrap_or_default()
    };
    let width = size(window().inner_width());
    let height = size(window().inner_height());
    let left = x.min(width - rect.width() - MARGIN).max(MARGIN);
    let top = y.min(height - rect.height() - MARGIN).max(MARGIN);
    let style = element.style();
    for (name, value) in [("--x", left), ("--y", top)] {
        // Fails on properties that are read-only; these are not.
        let _ = style.set_property(name, &format!("{}px", value.round() as i32));
    }
    if let Some(first) = line(element, 0) {
        // Fails on elements that are not in the document; this is.
        let _ = first.focus();
    }
}

fn hide(element: &HtmlElement) {
    // Fails where it is closed already.
    let _ = element.hide_popover();
}

fn is_open(element: &HtmlElement) -> bool {
    element.matches(":popover-open").unwrap_or_default()
}

fn lines(menu: &HtmlElement) -> u32 {
    menu.query_selector_all("button")
        .map_or(0, |all| all.length())
}

fn line(menu: &HtmlElement, at: u32) -> Option<HtmlElement> {
    menu.query_selector_all("button")
        .ok()?
        .get(at)?
        .dyn_into()
        .ok()
}

/// The line after (1) or before (-1) the one with the focus; from the last to the first.
fn beside(menu: &HtmlElement, by: i64) -> Option<HtmlElement> {
    let active = document().active_element();
    let count = lines(menu);
    let here = (0..count).find(|at| {
        line(menu, *at)
            .zip(active.as_ref())
            .is_some_and(|(line, active)| line.is_same_node(Some(active)))
    });
    let next = here.map_or(0, |here| {
        i64::from(here)
            .saturating_add(by)
            .rem_euclid(i64::from(count.max(1)))
    });
    line(menu, u32::try_from(next).unwrap_or_default())
}

/// Opens a menu at a button.
pub(crate) fn at_button(event: &MouseEvent) -> (f64, f64) {
    event
        .current_target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .map(|element| element.get_bounding_client_rect())
        .map_or((0.0, 0.0), |rect| (rect.left(), rect.bottom() + 4.0))
}
