import pandas as pd

def predict(model, image_file):
    with torch.no_grad():
        p = torch.softmax(model(process_input(image_file)), dim=1).squeeze().numpy()
    table = pd.DataFrame({"name": classes, "id": range(1000), "p": p.astype(float)})
    return list(table.nlargest(5, "p").itertuples(index=False, name=None))
