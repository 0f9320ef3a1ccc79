using System.CommandLine;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys keys create|list|revoke`.</summary>
internal sealed class KeysCommand : ClientCommand
{
    private readonly Option<string> _name = new("--name") { Description = "What the key is for.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private readonly Option<string[]> _scopes = new("--scope")
    {
        Description = "ingest (write events, items, users), read (lists, items, users, models, placements), admin (train, change placements, delete, export; keys). May be repeated.",
        HelpName = "NAME",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _namespaces = new("--for")
    {
        Description = "Namespace in which the key is valid; '*' for all. May be repeated.",
        HelpName = "NAMESPACE",
        DefaultValueFactory = _ => ["default"],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Argument<string> _keyId = new("KEY_ID") { Description = "The key's public name, as `recsys keys list` prints it." };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "keys",
            "Make, list and revoke API keys. From the first key on, every call to a server on this store needs one.",
            """
            recsys keys create --db films.db --scope ingest read --name "game backend"
            recsys keys create --db films.db --scope admin --for '*' --name operations
            recsys keys list --db films.db
            recsys keys revoke k7f3a9c2 --server http://127.0.0.1:7080
            """);
        command.Add(Part("create", "Make a key and print it; it's shown only this once.", CreateAsync, startsStore: true, _name, _scopes, _namespaces));
        command.Add(Part("list", "List the keys, without their secrets.", ListAsync));
        var revoke = Part("revoke", "Revoke a key: the next call with it is refused.", RevokeAsync);
        revoke.Add(_keyId);
        command.Add(revoke);
        return command;
    }

    private async Task<int> CreateAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new CreateApiKeyRequest { DisplayName = words.GetValue(_name) };
        request.Namespaces.AddRange(words.GetValue(_namespaces)!);
        foreach (var scope in words.GetValue(_scopes)!)
        {
            request.Scopes.Add(scope.ToLowerInvariant() switch
            {
                "ingest" => ApiScope.Ingest,
                "read" => ApiScope.Read,
                "admin" => ApiScope.Admin,
                _ => throw new ArgumentException($"--scope is ingest, read or admin, not '{scope}'."),
            });
        }

        var answer = await server.Access.CreateApiKeyAsync(request, cancellationToken: cancellationToken);
        if (words.GetValue(Connection.Json))
        {
            PrintJson(answer);
        }
        else
        {
            Console.WriteLine(answer.Secret);
            Console.Error.WriteLine($"Key {answer.ApiKey.KeyId}. It won't be shown again: the server keeps only a hash.");
        }

        return Success;
    }

    private async Task<int> ListAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var table = new Table().Border(TableBorder.Simple).AddColumns("key", "name", "scopes", "namespaces", "made", "revoked");
        var request = new ListApiKeysRequest { PageSize = 1000 };
        do
        {
            var page = await server.Access.ListApiKeysAsync(request, cancellationToken: cancellationToken);
            foreach (var key in page.ApiKeys)
            {
                if (json)
                {
                    PrintJson(key);
                }

                table.AddRow(
                    key.KeyId, Markup.Escape(key.DisplayName), string.Join(' ', key.Scopes).ToLowerInvariant(), Markup.Escape(string.Join(' ', key.Namespaces)),
                    $"{key.CreateTime.ToDateTime():u}", key.RevokeTime is null ? "" : $"{key.RevokeTime.ToDateTime():u}");
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        if (!json && table.Rows.Count > 0)
        {
            Terminal().Write(table);
        }
        else if (!json)
        {
            Console.WriteLine("No keys: whoever reaches the server's loopback address may do everything. Make one with recsys keys create.");
        }

        return Success;
    }

    private async Task<int> RevokeAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var answer = await server.Access.RevokeApiKeyAsync(
            new RevokeApiKeyRequest { KeyId = words.GetRequiredValue(_keyId) }, cancellationToken: cancellationToken);
        if (words.GetValue(Connection.Json))
        {
            PrintJson(answer.ApiKey);
        }
        else
        {
            Console.WriteLine($"Key {answer.ApiKey.KeyId} is revoked.");
        }

        return Success;
    }
}
