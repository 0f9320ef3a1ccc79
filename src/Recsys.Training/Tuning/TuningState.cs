using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Recsys.Training.Tuning;

/// <summary>
/// The folder that a tuning keeps everything in: how it began, each finished training, the running training's checkpoint. Files are replaced by a rename, so that each is whole or not there at all,
/// whenever the process ends. One process at a time has it.
/// </summary>
internal sealed class TuningState : IDisposable
{
    private const string StartFile = "tuning.json";
    private const string LockFile = "lock";
    private const string TrainingsFolder = "trainings";

    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly Dictionary<(int Trial, int Rung), FinishedTraining> _finished = [];

    private TuningState(string folder, FileStream held)
    {
        _folder = folder;
        _lock = held;
    }

    /// <summary>How the tuning began; null: it's a new one.</summary>
    public TuningStart? Start { get; private set; }

    /// <summary>Every training that is finished.</summary>
    public IReadOnlyCollection<FinishedTraining> Finished => _finished.Values;

    /// <summary>Opens a folder, or makes it, and reads what is in it.</summary>
    /// <exception cref="TrainingException">Another process has it; a file is damaged.</exception>
    public static TuningState Open(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, TrainingsFolder));
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new TrainingException($"another tuning runs on {folder} ({e.Message})");
        }
        var state = new TuningState(folder, held);
        try
        {
            state.Load();
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Checks that a tuning that began here was for the same purpose.</summary>
    /// <exception cref="TrainingException">It was for another; the message says what is different.</exception>
    public void Check(IReadOnlyList<string> purpose)
    {
        if (Start is null || Start.Purpose.SequenceEqual(purpose))
            return;
        var differences = purpose.Except(Start.Purpose).Take(3).Select(line => $"now {line}")
            .Concat(Start.Purpose.Except(purpose).Take(3).Select(line => $"then {line}"));
        throw new TrainingException(
            $"{_folder} has the state of a tuning of other data, another space or other options: {string.Join("; ", differences)}. Give the same ones, name another --state, or delete the folder");
    }

    /// <summary>Keeps how a tuning begins.</summary>
    public void Begin(TuningStart start)
    {
        Put(Path.Combine(_folder, StartFile), start, TuningJson.Default.TuningStart);
        Start = start;
    }

    /// <summary>The finished training of a trial in a rung, or null.</summary>
    public FinishedTraining? Of(int trial, int rung) => _finished.GetValueOrDefault((trial, rung));

    /// <summary>Keeps a finished training, and gives up its checkpoint.</summary>
    public void Add(FinishedTraining training)
    {
        Put(ResultOf(training.Trial, training.Rung), training, TuningJson.Default.FinishedTraining);
        _finished[(training.Trial, training.Rung)] = training;
        Session.SessionTraining.Forget(CheckpointOf(training.Trial, training.Rung));
    }

    /// <summary>Where a training's checkpoint is kept while it runs.</summary>
    public string CheckpointOf(int trial, int rung) => Path.Combine(_folder, TrainingsFolder, Name(trial, rung) + ".checkpoint");

    public void Dispose() => _lock.Dispose();

    private static string Name(int trial, int rung) => FormattableString.Invariant($"trial-{trial:D3}-rung-{rung}");

    private string ResultOf(int trial, int rung) => Path.Combine(_folder, TrainingsFolder, Name(trial, rung) + ".json");

    private void Load()
    {
        var start = Path.Combine(_folder, StartFile);
        if (!File.Exists(start))
            return;
        Start = Get(start, TuningJson.Default.TuningStart);
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, TrainingsFolder), "*.json").Order(StringComparer.Ordinal))
        {
            var training = Get(file, TuningJson.Default.FinishedTraining);
            _finished[(training.Trial, training.Rung)] = training;
            // The process ended between keeping the one and giving up the other.
            Session.SessionTraining.Forget(CheckpointOf(training.Trial, training.Rung));
        }
    }

    private static void Put<T>(string path, T value, JsonTypeInfo<T> type)
    {
        var partial = path + ".partial";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, value, type);
            file.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

    private static T Get<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{path} is damaged ({e.Message.ReplaceLineEndings(" ")}); delete it to train that again");
        }
    }
}
