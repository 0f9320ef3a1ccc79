using System.CommandLine;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Validation;

namespace Recsys.Server.Commands;

/// <summary>A command whose documents are printed as JSON, edited in a file and put back, which somebody else may have done meanwhile.</summary>
/// <param name="name">The command's name.</param>
/// <param name="thing">What one document is called.</param>
/// <param name="article">Before that.</param>
/// <param name="maxFileBytes">A larger file isn't read.</param>
/// <param name="limit">What is said of such a file, after "than a thing can be".</param>
internal abstract class EditedCommand<TDocument>(string name, string thing, string article, long maxFileBytes, string limit = "") : ClientCommand
    where TDocument : IMessage<TDocument>, new()
{
    private readonly Option<string> _file = new("--file")
    {
        Description = $"The {thing} as JSON, as `recsys {name} get` prints it.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _validateOnly = new("--validate-only") { Description = $"Check the {thing} and change nothing." };

    private readonly Option<bool> _force = new("--force")
    {
        Description = $"Put it whatever is stored. Else a file that has an etag, as `get` prints it, is only put while nobody has changed the {thing} since.",
    };

    /// <summary>The part `put`.</summary>
    protected Command PutPart(string description)
    {
        var put = new Command("put", description) { _file, _validateOnly, _force };
        Connection.AddTo(put);
        put.SetAction((words, token) => Run(words, () => Read(words.GetRequiredValue(_file)), (document, server, stop) => PutAsync(words, document, server, stop), token));
        return put;
    }

    /// <summary>Puts a document, or only checks it.</summary>
    /// <param name="document">The document.</param>
    /// <param name="etag">What must be stored; empty: whatever is.</param>
    /// <param name="validateOnly">Changes nothing.</param>
    /// <param name="server">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>As it's stored, what to say of it, and how many servers haven't taken it over.</returns>
    protected abstract Task<(TDocument Stored, string Text, int Pending)> PutAsync(
        TDocument document, string etag, bool validateOnly, ServerConnection server, CancellationToken cancellationToken);

    /// <summary>A document's id and etag.</summary>
    protected abstract (string Id, string Etag) NameOf(TDocument document);

    /// <summary>Prints a document that was got.</summary>
    protected int Print(ParseResult words, TDocument document)
    {
        // For people to edit: only what isn't as it would be anyway.
        if (words.GetValue(Connection.Json)) PrintJson(document);
        else Console.WriteLine(new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation()).Format(document));
        return Success;
    }

    /// <summary>Says what was changed.</summary>
    protected int Say(ParseResult words, IMessage message, string text, int pending)
    {
        if (words.GetValue(Connection.Json)) PrintJson(message);
        else Console.WriteLine(text);
        if (pending > 0) Console.Error.WriteLine($"recsys: {pending} other servers on this store haven't taken it over yet; they will, unless they died just now.");
        return Success;
    }

    private TDocument Read(string file)
    {
        if (new FileInfo(file) is { Exists: true } found && found.Length > maxFileBytes) throw new InvalidDataException($"{file} is larger than {article} {thing} can be{limit}.");
        try
        {
            var violations = new FieldViolations();
            var plain = ProtoJson.Plain(Encoding.UTF8.GetBytes(File.ReadAllText(file)), new TDocument().Descriptor, thing, violations);
            if (violations.Any) throw new InvalidDataException($"{file} is no {thing}: {ErrorText.Of(RpcErrors.BadRequest(violations))}");
            return JsonParser.Default.Parse<TDocument>(Encoding.UTF8.GetString(plain));
        }
        catch (Exception e) when (e is JsonException or InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new InvalidDataException($"{file} is no {thing}: {e.Message}", e);
        }
    }

    private async Task<int> PutAsync(ParseResult words, TDocument document, ServerConnection server, CancellationToken cancellationToken)
    {
        var (id, known) = NameOf(document);
        var (etag, validateOnly) = (words.GetValue(_force) ? "" : known, words.GetValue(_validateOnly));
        try
        {
            var (stored, text, pending) = await PutAsync(document, etag, validateOnly, server, cancellationToken);
            return validateOnly ? Say(words, stored, $"{id} is valid; nothing is changed.", 0) : Say(words, stored, text, pending);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Aborted && etag.Length > 0)
        {
            return Refuse($"{id} isn't as it was when the file was made: get it again and make the change there, or say --force.");
        }
    }
}
