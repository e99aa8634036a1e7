//! Where the person is: the browser's history, read and written.
//!
//! The router's location is followed, but it has no tree of routes: the three panes stay whatever the
//! place is, so that a place is data ([`Route`]) and not a choice of views. Links are plain `<a href>`; a
//! click on one of ours becomes an entry of the history here and not in the router, which would take a
//! folder's `%` for an escape, and which panics when a browser refuses one more entry.

use leptos::{ev, prelude::*};
use leptos_router::location::{BrowserUrl, LocationProvider as _};
use samma_mailbox::change::MessageRef;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MouseEvent, Url};

use crate::routes::Route;

/// Where the person is.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The place.
    pub(crate) route: RwSignal<Route>,
    /// The last place that had a list: what is behind a pane that covers it.
    pub(crate) listed: RwSignal<Route>,
    /// The person came here by Back or Forward: what was left is found as it was.
    pub(crate) is_return: StoredValue<bool>,
    /// Path of the app, without its last slash: it may live below a folder of a static host.
    base: StoredValue<String>,
    /// Places of this tab's history since the page was loaded, up to the present one.
    trail: StoredValue<Vec<Route>>,
}

impl Place {
    /// Reads the address, and follows it from now on. To be called once, under the root owner.
    pub(super) fn new() -> Self {
        let base = document()
            .base_uri()
            .ok()
            .flatten()
            .and_then(|uri| Url::new(&uri).ok())
            .map_or_else(String::new, |url| {
                url.pathname().trim_end_matches('/').to_owned()
            });
        let route = current(&base);
        let listed = if route.list().is_some() {
            route.clone()
        } else {
            Route::inbox()
        };
        let place = Self {
            route: RwSignal::new(route.clone()),
            listed: RwSignal::new(listed),
            is_return: StoredValue::new(false),
            base: StoredValue::new(base),
            trail: StoredValue::new(vec![route]),
        };
        // Lives as long as the page, and comes before the router's own.
        let _ = window_event_listener(ev::click, move |event| place.clicked(&event));
        if let Ok(location) = BrowserUrl::new() {
            location.init(None);
            let address = location.as_url().clone();
            Effect::new(move |first: Option<()>| {
                address.track();
                // The first run is the address that was read above; later ones are Back and Forward.
                if first.is_some() {
                    place.popped();
                }
            });
        }
        place
    }

    /// Goes to a place, as a new entry of the history.
    pub(crate) fn go(self, route: Route) {
        if self.route.with_untracked(|here| *here == route) {
            return;
        }
        self.is_return.set_value(false);
        self.write(&route, false);
        self.trail.update_value(|trail| trail.push(route.clone()));
        self.show(route);
    }

    /// Goes to a place instead of the present one.
    pub(crate) fn replace(self, route: Route) {
        if self.route.with_untracked(|here| *here == route) {
            return;
        }
        self.is_return.set_value(false);
        self.write(&route, true);
        self.trail.update_value(|trail| {
            trail.pop();
            trail.push(route.clone());
        });
        self.show(route);
    }

    /// A folder has another name: places in it follow, and the address with the present one.
    pub(super) fn renamed(self, from: &str, to: &str) {
        let follow = |route: &mut Route| {
            let (Route::Mailbox { mailbox, .. }
            | Route::Message {
                message: MessageRef { mailbox, .. },
                ..
            }) = route
            else {
                return false;
            };
            let is_it = mailbox == from;
            if is_it {
                to.clone_into(mailbox);
            }
            is_it
        };
        self.trail.update_value(|trail| {
            for route in trail {
                follow(route);
            }
        });
        let mut route = self.route.get_untracked();
        if follow(&mut route) {
            self.write(&route, true);
            self.show(route);
        } else {
            let mut listed = self.listed.get_untracked();
            if follow(&mut listed) {
                self.listed.set(listed);
            }
        }
    }

    /// Goes back to `route` if that is where the person came from, so that the history does not grow by
    /// going to and fro; else goes there.
    pub(crate) fn back_to(self, route: Route) {
        let came_from = self.trail.with_value(|trail| {
            let before = trail.len().checked_sub(2)?;
            trail.get(before).cloned()
        });
        if came_from.as_ref() == Some(&route)
            && let Ok(history) = window().history()
            && history.back().is_ok()
        {
            return;
        }
        self.go(route);
    }

    /// The address of a place, for a link.
    pub(crate) fn href(self, route: &Route) -> String {
        self.base
            .with_value(|base| format!("{base}{}", route.path()))
    }

    /// Address of a file of the app, relative to its base.
    pub(crate) fn asset(self, name: &str) -> String {
        self.base.with_value(|base| format!("{base}/{name}"))
    }

    fn show(self, route: Route) {
        if route.list().is_some() {
            self.listed.set(route.clone());
        }
        self.route.set(route);
    }

    fn write(self, route: &Route, replace: bool) {
        let Ok(history) = window().history() else {
            return;
        };
        let href = self.href(route);
        // Browsers refuse hundreds of entries within seconds; the place changes all the same.
        let _ = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&href))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(&href))
        };
    }

    fn popped(self) {
        let route = self.base.with_value(|base| current(base));
        self.is_return.set_value(true);
        self.trail.update_value(|trail| {
            trail.pop();
            // Forward, or back past where the page was loaded: what came before is not known.
            if trail.last() != Some(&route) {
                trail.clear();
                trail.push(route.clone());
            }
        });
        self.show(route);
    }

    fn clicked(self, event: &MouseEvent) {
        let is_plain = event.button() == 0
            && !event.default_prevented()
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if !is_plain {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten());
        let Some(link) = link else { return };
        if link.has_attribute("target") || link.has_attribute("download") {
            return;
        }
        let href = link.get_attribute("href").unwrap_or_default();
        let Some(route) = self.base.with_value(|base| read(base, &href)) else {
            return;
        };
        event.prevent_default();
        self.go(route);
    }
}

/// The place that the address names.
fn current(base: &str) -> Route {
    window()
        .location()
        .href()
        .ok()
        .and_then(|href| read(base, &href))
        .unwrap_or(Route::NotFound)
}

/// Reads an address; `None` if it leads out of the app.
fn read(base: &str, href: &str) -> Option<Route> {
    let origin = window().location().origin().ok()?;
    let url = Url::new_with_base(href, &origin).ok()?;
    if url.origin() != origin {
        return None;
    }
    let path = url.pathname();
    let path = path.strip_prefix(base)?;
    // `/mail-archive/` is not below `/mail`.
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    Some(Route::parse(path, url.search_params().get("q")))
}
