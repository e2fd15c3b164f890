//! The same programs on engines called directly, in this process.

use anyhow::{bail, Context, Result};
use tokio::runtime::Runtime;
use wasmtime_wasi::{
    p2::pipe::{MemoryInputPipe, MemoryOutputPipe},
    preview1::{self, WasiP1Ctx},
    WasiCtxBuilder,
};

/// Most bytes that a program may write here.
const OUTPUT: usize = 4 << 10;

/// wasmtime, configured as the sandbox's engine is: metered, so both do the same work for each instruction.
pub(super) struct Wasmtime {
    engine: wasmtime::Engine,
    module: wasmtime::Module,
    linker: wasmtime::Linker<WasiP1Ctx>,
}

impl Wasmtime {
    /// Compiles `module`.
    pub(super) fn new(module: &[u8]) -> Result<Self> {
        let engine = wasmtime::Engine::new(&phala_sandbox::engine_config()?)?;
        let module = wasmtime::Module::from_binary(&engine, module)?;
        let mut linker = wasmtime::Linker::new(&engine);
        preview1::add_to_linker_async(&mut linker, |wasi| wasi)?;
        Ok(Self { engine, module, linker })
    }

    /// Runs the program and gives what it wrote.
    pub(super) fn run(&self, runtime: &Runtime, rounds: u32) -> Result<Vec<u8>> {
        let output = MemoryOutputPipe::new(OUTPUT);
        let input = MemoryInputPipe::new(rounds.to_le_bytes().to_vec());
        let wasi = WasiCtxBuilder::new().stdin(input).stdout(output.clone()).build_p1();
        let mut store = wasmtime::Store::new(&self.engine, wasi);
        store.set_fuel(u64::MAX)?;
        runtime.block_on(async {
            let instance = self.linker.instantiate_async(&mut store, &self.module).await?;
            let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
            start.call_async(&mut store, ()).await
        })?;
        Ok(output.contents().to_vec())
    }
}

/// wasmi, an interpreter; metered too. Of WASI it has what the programs here use.
pub(super) struct Wasmi {
    engine: wasmi::Engine,
    module: wasmi::Module,
    linker: wasmi::Linker<Pipes>,
}

/// Standard input and output.
#[derive(Default)]
struct Pipes {
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Wasmi {
    /// Translates `module`.
    pub(super) fn new(module: &[u8]) -> Result<Self> {
        let mut config = wasmi::Config::default();
        config.consume_fuel(true);
        let engine = wasmi::Engine::new(&config);
        let module = wasmi::Module::new(&engine, module)?;
        let mut linker = wasmi::Linker::new(&engine);
        linker.func_wrap("wasi_snapshot_preview1", "fd_read", read)?;
        linker.func_wrap("wasi_snapshot_preview1", "fd_write", write)?;
        Ok(Self { engine, module, linker })
    }

    /// Runs the program and gives what it wrote.
    pub(super) fn run(&self, rounds: u32) -> Result<Vec<u8>> {
        let pipes = Pipes { input: rounds.to_le_bytes().to_vec(), output: Vec::new() };
        let mut store = wasmi::Store::new(&self.engine, pipes);
        store.set_fuel(u64::MAX)?;
        let instance = self.linker.instantiate_and_start(&mut store, &self.module)?;
        instance.get_typed_func::<(), ()>(&store, "_start")?.call(&mut store, ())?;
        Ok(store.into_data().output)
    }
}

type Caller<'a> = wasmi::Caller<'a, Pipes>;
type Called = std::result::Result<i32, wasmi::Error>;

/// Fills the one buffer of the vector at `buffers`.
fn read(mut caller: Caller, _: i32, buffers: i32, _: i32, count: i32) -> Called {
    transfer(&mut caller, buffers, count, |pipes, buffer| {
        let length = buffer.len().min(pipes.input.len());
        pipes.input.drain(..length).zip(buffer).for_each(|(byte, place)| *place = byte);
        length
    })
}

/// Writes the one buffer of the vector at `buffers`.
fn write(mut caller: Caller, _: i32, buffers: i32, _: i32, count: i32) -> Called {
    transfer(&mut caller, buffers, count, |pipes, buffer| {
        pipes.output.extend_from_slice(buffer);
        buffer.len()
    })
}

/// Hands over the first buffer of a vector, and stores how many of its bytes were used.
fn transfer(
    caller: &mut Caller,
    buffers: i32,
    count: i32,
    hand_over: impl FnOnce(&mut Pipes, &mut [u8]) -> usize,
) -> Called {
    let moved = (|| {
        let Some(wasmi::Extern::Memory(memory)) = caller.get_export("memory") else { bail!("no memory") };
        let (memory, pipes) = memory.data_and_store_mut(caller);
        let (start, length) = (word(memory, buffers)?, word(memory, buffers + 4)?);
        let buffer = memory.get_mut(start..start + length).context("out of bounds")?;
        let used = u32::try_from(hand_over(pipes, buffer))?;
        let count = usize::try_from(count)?;
        memory.get_mut(count..count + 4).context("out of bounds")?.copy_from_slice(&used.to_le_bytes());
        Ok(0)
    })();
    moved.map_err(|error: anyhow::Error| wasmi::Error::new(format!("{error:#}")))
}

fn word(memory: &[u8], at: i32) -> Result<usize> {
    let bytes = memory.get(usize::try_from(at)?..).and_then(|rest| rest.first_chunk());
    Ok(u32::from_le_bytes(*bytes.context("out of bounds")?) as usize)
}
