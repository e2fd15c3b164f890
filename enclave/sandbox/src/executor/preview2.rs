//! What components get in the place of the host's own: `wasi:clocks/monotonic-clock` on virtual time, where
//! timers cost no real time, and `wasi:sockets` that refuses at once.

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{self, Duration, Host, Instant};
use wasmtime_wasi::p2::bindings::sockets::network::{self, ErrorCode, HostNetwork, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::tcp::TcpSocket;
use wasmtime_wasi::p2::bindings::sockets::udp::UdpSocket;
use wasmtime_wasi::p2::bindings::sockets::{tcp_create_socket, udp_create_socket};
use wasmtime_wasi::p2::{subscribe, DynPollable, Pollable, SocketError, SocketResult};
use wasmtime_wasi::{WasiCtxView, WasiView};

use super::clock::Clock;
use super::run::State;

/// Puts the virtual clock in the place of the host's.
pub(super) fn add_monotonic_clock(linker: &mut Linker<State>) -> anyhow::Result<()> {
    monotonic_clock::add_to_linker::<State, VirtualTime>(linker, |state| {
        let clock = state.clock().clone();
        Timers { clock, table: state.ctx().table }
    })
}

struct VirtualTime;

impl HasData for VirtualTime {
    type Data<'a> = Timers<'a>;
}

struct Timers<'a> {
    clock: Clock,
    table: &'a mut ResourceTable,
}

impl Host for Timers<'_> {
    fn now(&mut self) -> anyhow::Result<Instant> {
        Ok(self.clock.read())
    }

    fn resolution(&mut self) -> anyhow::Result<Duration> {
        Ok(wasmtime_wasi::HostMonotonicClock::resolution(&self.clock))
    }

    fn subscribe_instant(&mut self, when: Instant) -> anyhow::Result<Resource<DynPollable>> {
        let timer = self.table.push(Timer { clock: self.clock.clone(), deadline: when })?;
        subscribe(self.table, timer)
    }

    fn subscribe_duration(&mut self, when: Duration) -> anyhow::Result<Resource<DynPollable>> {
        let deadline = self.clock.read().saturating_add(when);
        self.subscribe_instant(deadline)
    }
}

struct Timer {
    clock: Clock,
    deadline: u64,
}

#[async_trait]
impl Pollable for Timer {
    async fn ready(&mut self) {
        self.clock.wait_until(self.deadline).await;
    }
}

/// Refuses to make sockets. The host's functions would make one and refuse to connect it; and an
/// executor that asks its kernel for a socket is killed.
pub(super) fn add_no_sockets(linker: &mut Linker<State>) -> anyhow::Result<()> {
    tcp_create_socket::add_to_linker::<State, NoSockets>(linker, |state| Refusing(state.ctx()))?;
    udp_create_socket::add_to_linker::<State, NoSockets>(linker, |state| Refusing(state.ctx()))
}

struct NoSockets;

impl HasData for NoSockets {
    type Data<'a> = Refusing<'a>;
}

struct Refusing<'a>(WasiCtxView<'a>);

impl tcp_create_socket::Host for Refusing<'_> {
    fn create_tcp_socket(&mut self, _: IpAddressFamily) -> SocketResult<Resource<TcpSocket>> {
        Err(ErrorCode::AccessDenied.into())
    }
}

impl udp_create_socket::Host for Refusing<'_> {
    fn create_udp_socket(&mut self, _: IpAddressFamily) -> SocketResult<Resource<UdpSocket>> {
        Err(ErrorCode::AccessDenied.into())
    }
}

// The bindings want these beside the above.
impl network::Host for Refusing<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> anyhow::Result<ErrorCode> {
        self.0.convert_error_code(error)
    }

    fn network_error_code(&mut self, error: Resource<anyhow::Error>) -> anyhow::Result<Option<ErrorCode>> {
        self.0.network_error_code(error)
    }
}

impl network::HostNetwork for Refusing<'_> {
    fn drop(&mut self, network: Resource<Network>) -> anyhow::Result<()> {
        HostNetwork::drop(&mut self.0, network)
    }
}
